using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Dispatch;

public sealed class FencingTests(Postgres postgres)
{
    // So seldom that the node takes nothing over before the test does.
    private static readonly DeliveryOptions Unswept = new() { SweepInterval = TimeSpan.FromHours(1) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_outcome_under_a_lost_lease_is_on_record_and_moves_nothing()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        var answer = new TaskCompletionSource();
        receiver.Answer = (request, _) => receiver.Received.Count == 1 ? answer.Task : Task.CompletedTask;
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token);
        await node.Intake.AcceptAsync([node.NewEvent(institution, "enrollment:1")], Token);
        await Eventually.TrueAsync(() => receiver.Received.Count == 1, Token);

        // Another node takes over while the first attempt is out.
        await ExecuteAsync(
            node,
            """
            with lost as (delete from leases), gone as (delete from fresh_deliveries returning *)
            insert into open_deliveries (institution_id, id, event_id, endpoint_id, cause, next_at, lease)
            select institution_ids[1], ids[1], event_ids[1], endpoint_ids[1], 'event', next_at, 4711 from gone
            """);
        answer.SetResult();

        await node.BecomesAsync(1, "select count(*) from attempts where conclusion is null", Token);
        Assert.Equal(1, await node.CountAsync("select count(*) from unconcluded_deliveries where lease = 4711 and attempts = 0", Token));

        await ExecuteAsync(node, "update open_deliveries set lease = null");
        await node.BecomesAsync(1, "select count(*) from attempts where conclusion = 'delivered'", Token);
        Assert.Equal(2, await node.CountAsync("select count(*) from attempts where number = 1 and outcome = 'delivered'", Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_takeover_frees_what_was_stored_while_it_waited_for_the_lease(bool isFresh)
    {
        await using var node = await StartAsync(Unswept);
        var institution = await node.AddInstitutionAsync(Token);
        var queue = new DeliveryQueue(node.Database);
        var happened = node.NewEvent(institution, "enrollment:1");
        await LeaseAsync(node, "1 min");
        var endpoint = await node.AddEndpointAsync(institution, new Uri("http://127.0.0.1:9/"), Token);
        await node.SetStatusAsync(endpoint, "paused", Token);
        var delivery = new OpenDelivery(
            node.Services.GetRequiredService<IdGenerator>().Next(), happened, endpoint, DeliveryCause.Event, null, 0, Lease: 4711)
        {
            Commit = isFresh ? node.Services.GetRequiredService<FreshCommits>().Begin() : null,
        };
        var planned = new PlannedDelivery(delivery, OrderedBy: null);
        await using var connection = await node.Database.OpenConnectionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        var version = node.Services.GetRequiredService<Configuration>().Version;
        var appended = await EventLedger.AppendAsync(connection, [new PlannedEvent(happened, [planned])], version, 4711, Token);
        Assert.Contains(happened.Id, appended.Stored);

        await ExecuteAsync(node, "update leases set expires_at = now() - interval '1 s' where token = 4711");
        var takeover = queue.TakeOverAsync(ownLease: 0, Token);
        await Eventually.TrueAsync(async () => takeover.IsCompleted || await node.IsAnyWaitingAsync(Token), Token);
        await transaction.CommitAsync(Token);

        if (await takeover == (0, 0))
            await queue.TakeOverAsync(ownLease: 0, Token); // the first one was tired of waiting
        Assert.Equal(0, await node.CountAsync("select count(*) from unconcluded_deliveries where lease = 4711", Token));
        Assert.Equal(1, await node.CountAsync("select count(*) from open_deliveries where lease is null", Token));
    }

    [Fact]
    public async Task A_node_that_was_stopped_within_a_transaction_holds_nobody_up()
    {
        await using var node = await StartAsync(Unswept);
        var queue = new DeliveryQueue(node.Database);
        await LeaseAsync(node, "-1 s");
        await using var connection = await node.Database.OpenConnectionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await using (var held = new NpgsqlCommand("select token from leases where token = 4711 for key share", connection))
            await held.ExecuteNonQueryAsync(Token);

        Assert.Equal((0, 0), await queue.TakeOverAsync(ownLease: 0, Token));

        // Its session is ended for it, and then its lease is free.
        await Eventually.TrueAsync(async () => await queue.TakeOverAsync(ownLease: 0, Token) == (1, 0), Token);
    }

    [Fact]
    public async Task A_node_that_was_stopped_amid_a_copy_holds_nobody_up()
    {
        await using var node = await StartAsync(Unswept);
        var queue = new DeliveryQueue(node.Database);
        await LeaseAsync(node, "-1 s");
        await using var stopped = NpgsqlDataSource.Create(node.Database.ConnectionString);
        var connection = await stopped.OpenConnectionAsync(Token);
        await using (var held = new NpgsqlCommand("begin; create table copied (n int); select from leases where token = 4711 for key share", connection))
            await held.ExecuteNonQueryAsync(Token);
        await connection.BeginTextImportAsync("copy copied from stdin", Token);

        Assert.Equal((0, 0), await queue.TakeOverAsync(ownLease: 0, Token));

        await Eventually.TrueAsync(async () => await queue.TakeOverAsync(ownLease: 0, Token) == (1, 0), Token);
    }

    [Fact]
    public async Task Nothing_is_stored_or_claimed_under_a_lease_that_is_gone()
    {
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        var endpoint = await node.AddEndpointAsync(institution, new Uri("http://127.0.0.1:9/"), Token);
        await node.SetStatusAsync(endpoint, "paused", Token);
        await node.Intake.AcceptAsync([node.NewEvent(institution, "enrollment:1")], Token);
        await using var connection = await node.Database.OpenConnectionAsync(Token);
        var version = node.Services.GetRequiredService<Configuration>().Version;

        var appended = await EventLedger.AppendAsync(
            connection, [new PlannedEvent(node.NewEvent(institution, "enrollment:2"), [])], version, lease: 4711, Token);
        var claim = await new DeliveryQueue(node.Database).ClaimAsync(4711, [(institution, endpoint, 10)], Token);

        Assert.False(appended.LeaseHeld);
        Assert.Empty(appended.Stored);
        Assert.Empty(claim.Deliveries);
        Assert.Equal(1, await node.CountAsync("select count(*) from events", Token));
    }

    [Fact]
    public async Task A_claim_whose_commit_was_not_answered_is_given_back_and_made_again()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        await using var proxy = DatabaseProxy.Before(await postgres.CreateDatabaseAsync(Token));
        await using var node = await DeliveryNode.StartAsync(proxy.ConnectionString, DeliveryNode.LoopbackOptions, Token);
        var institution = await node.AddInstitutionAsync(Token);
        var endpoint = await node.AddEndpointAsync(institution, receiver.Url, Token);
        await node.SetStatusAsync(endpoint, "paused", Token);
        await node.Intake.AcceptAsync(node.NewEvents(institution, 20), Token);

        proxy.CutAfter("skip locked", "COMMIT");
        await node.SetStatusAsync(endpoint, "active", Token);

        await node.BecomesAsync(20, "select count(*) from attempts where conclusion = 'delivered'", Token);
        Assert.Equal(1, proxy.Cuts);
        Assert.Equal(20, receiver.Received.Count);
    }

    /// <summary>Another node's lease, 4711, with so much time left.</summary>
    private static Task LeaseAsync(DeliveryNode node, string left) => ExecuteAsync(
        node, $"insert into leases (token, node, expires_at) overriding system value values (4711, 'other', now() + interval '{left}')");

    private static async Task ExecuteAsync(DeliveryNode node, string sql)
    {
        await using var command = node.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }

    private async Task<DeliveryNode> StartAsync(DeliveryOptions? options = null) =>
        await DeliveryNode.StartAsync(await postgres.CreateDatabaseAsync(Token), options ?? DeliveryNode.LoopbackOptions, Token);
}
