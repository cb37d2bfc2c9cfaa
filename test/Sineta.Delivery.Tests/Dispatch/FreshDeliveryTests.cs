using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.History;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Dispatch;

/// <summary>Deliveries that stand in their commit's row, for a node has them in memory.</summary>
public sealed class FreshDeliveryTests(Postgres postgres)
{
    private const string Open = "select count(*) from open_deliveries";
    private const string Rows = "select count(*) from fresh_deliveries";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(5)]
    [InlineData(60)]
    public async Task What_a_commit_left_with_its_node_is_opened_for_others_but_nothing_that_was_recorded(int events)
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        var hang = new TaskCompletionSource();
        var seen = 0;
        receiver.Answer = (_, _) => Interlocked.Increment(ref seen) % 3 == 0 ? hang.Task : Task.CompletedTask;
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token, maxInFlight: 64);
        await node.Intake.AcceptAsync(node.NewEvents(institution, events), Token);
        await node.BecomesAsync(events - (events / 3), "select count(*) from attempts where conclusion = 'delivered'", Token);
        Assert.Equal(0, await node.CountAsync(Open, Token));
        Assert.Equal(events / 3, await node.CountAsync("select count(*) from unconcluded_deliveries", Token));

        await ExecuteAsync(node, "update leases set expires_at = now() - interval '1 s'");
        var takenOver = await new DeliveryQueue(node.Database).TakeOverAsync(ownLease: 0, Token);

        Assert.Equal((1, events / 3), takenOver);
        Assert.Equal(0, await node.CountAsync(Rows, Token));
        Assert.Equal(events / 3, await node.CountAsync("select count(*) from unconcluded_deliveries", Token));
        hang.SetResult();
    }

    [Fact]
    public async Task Their_row_goes_with_the_last_of_them_whatever_became_of_each()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        receiver.Answer = (request, context) =>
        {
            context.Response.StatusCode = request.WebhookId[^1] % 2 == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        };
        await using var node = await StartAsync(new() { AllowHttp = true, AllowedNetworks = ["127.0.0.0/8"], OutcomeWriters = 1 });
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token, retrySchedule: [3_600]);

        await node.Intake.AcceptAsync(node.NewEvents(institution, 20), Token);

        await node.BecomesAsync(0, Rows, Token);
        Assert.Equal(0, await node.CountAsync(
            """
            select (select count(*) from attempts)
                 - (select count(*) from attempts where conclusion = 'delivered')
                 - (select count(*) from open_deliveries where attempts = 1 and next_at > now() and lease is null)
            """, Token));
        Assert.Equal(20, await node.CountAsync("select count(*) from (select delivery_id from attempts union select id from open_deliveries) d", Token));
    }

    [Fact]
    public async Task One_that_waits_in_memory_is_pending_in_the_log_and_can_be_asked_for()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        var hang = new TaskCompletionSource();
        receiver.Answer = (_, _) => hang.Task;
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token, maxInFlight: 1);

        await node.Intake.AcceptAsync(node.NewEvents(institution, 3), Token);

        var log = node.Services.GetRequiredService<DeliveryLog>();
        var page = await log.ReadAsync(institution, new DeliveryFilter { Status = DeliveryStatus.Pending }, before: null, limit: 10, Token);
        Assert.Equal(3, page.Rows.Count);
        Assert.All(page.Rows, static d => Assert.Equal((DeliveryStatus.Pending, 0), (d.Status, d.Attempts)));
        Assert.IsType<ResendResult.Hastened>(
            await node.Services.GetRequiredService<Resend>().SendAsync(institution, page.Rows[0].Id, Token));
        hang.SetResult();
    }

    [Fact]
    public async Task Those_that_a_closed_lane_gives_back_get_rows_of_their_own()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        var hang = new TaskCompletionSource();
        receiver.Answer = (_, _) => hang.Task;
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        var endpoint = await node.AddEndpointAsync(institution, receiver.Url, Token, maxInFlight: 1);
        await node.Intake.AcceptAsync(node.NewEvents(institution, 6), Token);
        await Eventually.TrueAsync(() => receiver.Received.Count == 1, Token);

        await node.SetStatusAsync(endpoint, "paused", Token);

        await node.BecomesAsync(5, "select count(*) from open_deliveries where lease is null", Token);
        hang.SetResult();
        await node.BecomesAsync(5, "select count(*) from unconcluded_deliveries", Token);
        await node.SetStatusAsync(endpoint, "active", Token);
        await node.BecomesAsync(6, "select count(distinct delivery_id) from attempts where conclusion = 'delivered'", Token);
        Assert.Equal(6, receiver.Received.Count);
    }

    [Fact]
    public async Task Giving_one_back_twice_does_not_bring_back_what_was_delivered_meanwhile()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token);
        IReadOnlyList<MadeAttempt>? made = null;
        node.Services.GetRequiredService<OutcomeRecorder>().Recorded += recorded => made = recorded;
        await node.Intake.AcceptAsync(node.NewEvents(institution, 1), Token);
        await Eventually.TrueAsync(() => made is not null, Token);

        await new DeliveryQueue(node.Database).ReleaseAsync([made![0].Delivery], TimeSpan.Zero, Token);

        Assert.Equal(0, await node.CountAsync(Open, Token));
    }

    private static async Task ExecuteAsync(DeliveryNode node, string sql)
    {
        await using var command = node.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }

    private async Task<DeliveryNode> StartAsync(DeliveryOptions? options = null) =>
        await DeliveryNode.StartAsync(await postgres.CreateDatabaseAsync(Token), options ?? DeliveryNode.LoopbackOptions, Token);
}
