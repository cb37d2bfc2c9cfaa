using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Dispatch;

/// <summary>Faults of our own: they cost a delivery some time, and others nothing.</summary>
public sealed class FaultTests(Postgres postgres)
{
    private static readonly DeliveryOptions Impatient = new()
    {
        AllowHttp = true,
        AllowedNetworks = ["127.0.0.0/8"],
        FaultDelay = TimeSpan.FromMilliseconds(300),
        SweepInterval = TimeSpan.FromMilliseconds(100),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_delivery_that_cannot_be_signed_is_not_lost_and_its_lane_goes_on()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        var endpoint = await node.AddEndpointAsync(institution, receiver.Url, Token);
        await ExecuteAsync(node, "update endpoint_secrets set expires_at = now() - interval '1 d'");
        await node.SetStatusAsync(endpoint, "active", Token);
        await node.Intake.AcceptAsync(node.NewEvents(institution, 40), Token);
        const string Postponed = "select count(*) from unconcluded_deliveries where lease is null and next_at > now() and attempts = 0";
        await Eventually.TrueAsync(async () => await node.CountAsync(Postponed, Token) > 0, Token);

        await ExecuteAsync(node, "update endpoint_secrets set expires_at = null");
        await node.SetStatusAsync(endpoint, "active", Token);

        await node.BecomesAsync(40, "select count(*) from attempts where conclusion = 'delivered'", Token);
        Assert.Equal(40, receiver.Received.Count);
        await Eventually.TrueAsync(() => node.Services.GetRequiredService<Dispatcher>().InMemory == 0, Token);
    }

    [Fact]
    public async Task An_outcome_that_cannot_be_recorded_keeps_no_other_from_it()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token);
        var recorder = node.Services.GetRequiredService<OutcomeRecorder>();

        foreach (var i in Enumerable.Range(0, 8))
            await recorder.RecordAsync(Unrecordable(node, institution, i), Token);
        await node.Intake.AcceptAsync(node.NewEvents(institution, 40), Token);

        await node.BecomesAsync(40, "select count(*) from attempts where conclusion = 'delivered'", Token);
    }

    [Fact]
    public async Task A_node_whose_statement_is_cancelled_goes_on()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        receiver.Answer = (request, context) =>
        {
            context.Response.StatusCode = request.Headers["sineta-attempt"] == "1" ? 500 : 200;
            return Task.CompletedTask;
        };
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token, retrySchedule: [1]);
        await using (var connection = await node.Database.OpenConnectionAsync(Token))
        await using (await connection.BeginTransactionAsync(Token))
        {
            await using (var locking = new NpgsqlCommand("lock table open_deliveries in access exclusive mode", connection))
                await locking.ExecuteNonQueryAsync(Token);
            await Eventually.TrueAsync(
                async () => await node.CountAsync(
                    """
                    select count(pg_cancel_backend(pid)) from pg_stat_activity
                    where datname = current_database() and wait_event_type = 'Lock' and query like '%open_deliveries%'
                    """, Token) > 0, Token);
        }

        await node.Intake.AcceptAsync([node.NewEvent(institution, "enrollment:1")], Token);

        await node.BecomesAsync(1, "select count(*) from attempts where conclusion = 'delivered'", Token);
        Assert.All(node.Services.GetServices<IHostedService>().OfType<BackgroundService>(), static s => Assert.Null(s.ExecuteTask!.Exception));
    }

    [Fact]
    public async Task Outcomes_that_are_on_record_already_keep_no_row_of_a_commit_from_going()
    {
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        var ledger = node.Services.GetRequiredService<AttemptLedger>();
        var commits = node.Services.GetRequiredService<FreshCommits>();
        var made = Unrecordable(node, institution, 0) with { Signature = "v1,x" };
        await ledger.NoteAsync(made, Token);
        var spent = commits.Begin();
        spent.Join();
        spent.Leave(1);

        await ledger.RecordAsync([made], again: true, Token);

        Assert.Equal([spent.Id], commits.TakeSpent());
    }

    /// <summary>PostgreSQL's text cannot hold the zero of its signature.</summary>
    private static MadeAttempt Unrecordable(DeliveryNode node, long institution, int number)
    {
        var delivery = new OpenDelivery(
            node.Services.GetRequiredService<IdGenerator>().Next(), node.NewEvent(institution, $"faulty:{number}"), Guid.Empty,
            DeliveryCause.Event, ReplayId: null, Attempts: 0, Lease: 1);
        var result = new AttemptResult
        {
            Outcome = new AttemptOutcome.Delivered(HttpStatusCode.OK),
            StartedAt = TimeProvider.System.GetUtcNow(),
            Timings = new AttemptTimings(null, null, null, 1, 1),
        };
        return new MadeAttempt(delivery, 1, result, new NextStep.Done(), "v1,\0", TimeProvider.System.GetUtcNow());
    }

    private static async Task ExecuteAsync(DeliveryNode node, string sql)
    {
        await using var command = node.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }

    private async Task<DeliveryNode> StartAsync() =>
        await DeliveryNode.StartAsync(await postgres.CreateDatabaseAsync(Token), Impatient, Token);
}
