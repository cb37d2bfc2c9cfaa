using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sineta.Delivery.History;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;
using Sineta.Events;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.History;

public sealed class ReplayTests(Postgres postgres) : IAsyncLifetime
{
    private const int Fast = 10_000;

    private RecordingReceiver _receiver = null!;
    private DeliveryNode _node = null!;
    private string _database = "";
    private long _institution;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ReplayStore Store => _node.Services.GetRequiredService<ReplayStore>();

    public async ValueTask InitializeAsync()
    {
        _receiver = await RecordingReceiver.StartAsync(Token);
        _database = await postgres.CreateDatabaseAsync(Token);
        _node = await StartNodeAsync();
        _institution = await _node.AddInstitutionAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task An_endpoint_made_later_gets_all_that_happened_before_in_order_and_under_its_own_ids()
    {
        var events = await PublishAsync(40);
        var endpoint = await AddEndpointAsync();

        var replay = await Store.StartAsync(_institution, Everything(endpoint), Fast, Token);

        Assert.Equal(40, replay.Total);
        var done = await EndedAsync(replay);
        Assert.Equal(
            (ReplayState.Done, 40, 40, 0, 0, 1.0), (done.State, done.Enqueued, done.Delivered, done.Failed, done.Open, done.Progress));
        Assert.Equal(events.Select(e => PublicId.Format(PublicId.Event, e.Id)), _receiver.Received.Select(r => r.WebhookId));
        Assert.Equal(events[0].Body, _receiver.Received.First().Body);
        Assert.All(_receiver.Received, r => Assert.Equal("1", r.Headers["sineta-attempt"]));
        Assert.Equal(40, _receiver.Received.Select(r => r.Headers["sineta-delivery"]).Distinct().Count());
        Assert.Equal(40, await _node.CountAsync("select count(*) from attempts where cause = 'replay' and replay_id is not null", Token));
    }

    [Fact]
    public async Task What_came_of_it_is_known_when_its_attempts_are_gone()
    {
        await PublishAsync(5);
        var replay = await EndedAsync(await Store.StartAsync(_institution, Everything(await AddEndpointAsync()), Fast, Token));
        await Eventually.TrueAsync(async () => await _node.CountAsync("select count(*) from replays where delivered = 5", Token) == 1, Token);

        await _node.CountAsync("with gone as (delete from attempts returning 1) select count(*) from gone", Token);

        Assert.Equal((5, 0), ((await Store.FindAsync(_institution, replay.Id, Token))!.Delivered, replay.Failed));
    }

    [Fact]
    public async Task Asked_for_what_failed_it_leaves_out_what_was_delivered_and_what_was_sent_again_since()
    {
        var endpoint = await AddEndpointAsync(retrySchedule: []);
        _receiver.Answer = (request, context) =>
        {
            context.Response.StatusCode = request.Headers["sineta-dedupe-key"] is "e1" or "e3" or "e4" ? 500 : 200;
            return Task.CompletedTask;
        };
        var events = await PublishAsync(6);
        await Eventually.TrueAsync(async () => await ConcludedAsync() == 6, Token);
        _receiver.Answer = (_, _) => Task.CompletedTask;
        var first = await _node.Services.GetRequiredService<Resend>().SendAsync(_institution, await DeliveryOfAsync(events[3]), Token);
        Assert.IsType<ResendResult.Opened>(first);
        await Eventually.TrueAsync(async () => await ConcludedAsync() == 7, Token);
        var failed = Everything(endpoint) with { Status = "failed" };

        Assert.Equal(2, await Store.CountAsync(_institution, failed, Token));
        Assert.Equal(4, await Store.CountAsync(_institution, failed with { Status = "delivered" }, Token));
        var done = await EndedAsync(await Store.StartAsync(_institution, failed, Fast, Token));

        Assert.Equal(2, done.Delivered);
        Assert.Equal(["e1", "e4"], _receiver.Received.Skip(7).Select(r => r.Headers["sineta-dedupe-key"]));
        Assert.Equal(0, await Store.CountAsync(_institution, failed, Token));
    }

    [Fact]
    public async Task Types_and_times_and_what_was_a_mere_sample_are_left_out()
    {
        var endpoint = await AddEndpointAsync();
        var events = await PublishAsync(2);
        var sampleId = _node.Services.GetRequiredService<IdGenerator>().Next();
        var sample = _node.NewEvent(_institution, $"test:{sampleId:N}") with { Id = sampleId, OnlyFor = endpoint };
        await _node.Intake.AcceptAsync([sample], Token);
        var all = Everything(endpoint);

        Assert.Equal(2, await Store.CountAsync(_institution, all, Token));
        Assert.Equal(2, await Store.CountAsync(_institution, all with { Slugs = [EventTypes.CourseEnrollment.Slug] }, Token));
        Assert.Equal(0, await Store.CountAsync(_institution, all with { Slugs = [EventTypes.TrailCompleted.Slug] }, Token));
        Assert.Equal(2, await Store.CountAsync(_institution, all with { From = events[0].OccurredAt.AddMinutes(-1) }, Token));
        Assert.Equal(0, await Store.CountAsync(_institution, all with { From = events[1].OccurredAt.AddMinutes(1) }, Token));
        Assert.Equal(0, await Store.CountAsync(_institution, all with { Until = events[0].OccurredAt.AddMinutes(-1) }, Token));
        Assert.Equal(0, await Store.CountAsync(_institution + 1, all, Token));
    }

    [Fact]
    public async Task Ended_midway_it_goes_on_with_another_node_and_nothing_is_lost_or_doubled()
    {
        var events = await PublishAsync(60);
        var endpoint = await AddEndpointAsync();
        var replay = await Store.StartAsync(_institution, Everything(endpoint), pace: 1, Token);
        await Eventually.TrueAsync(async () => (await FindAsync(replay)).Enqueued > 0, Token);
        await _node.DisposeAsync();

        Assert.InRange(await HastenAsync(), 1, 59);
        _node = await StartNodeAsync();
        await using var third = await StartNodeAsync();

        var done = await EndedAsync(replay);
        Assert.Equal((60, 60), (done.Enqueued, done.Delivered));
        Assert.Equal(60, await _node.CountAsync("select count(distinct event_id) from attempts where cause = 'replay'", Token));
        Assert.Equal(60, await _node.CountAsync("select count(distinct delivery_id) from attempts where cause = 'replay'", Token));
        Assert.Equal(
            events.Select(e => PublicId.Format(PublicId.Event, e.Id)).Order(), _receiver.Received.Select(r => r.WebhookId).Distinct().Order());
    }

    [Fact]
    public async Task For_a_paused_endpoint_it_is_held_within_bounds_and_cancelled_it_leaves_nothing_behind()
    {
        await PublishAsync(ReplayQueue.MaxOpen + 100);
        var endpoint = await AddEndpointAsync();
        await _node.SetStatusAsync(endpoint, "paused", Token);
        var replay = await Store.StartAsync(_institution, Everything(endpoint), Fast, Token);
        await Eventually.TrueAsync(async () => (await FindAsync(replay)).Open == ReplayQueue.MaxOpen, Token);
        Assert.Equal(ReplayState.Running, (await FindAsync(replay)).State);

        Assert.True(await Store.CancelAsync(_institution, replay.Id, Token));
        Assert.False(await Store.CancelAsync(_institution + 1, replay.Id, Token));

        await Eventually.TrueAsync(async () => (await FindAsync(replay)).FinishedAt is not null, Token);
        var cancelled = await FindAsync(replay);
        Assert.Equal((ReplayState.Cancelled, 0, 0), (cancelled.State, cancelled.Open, cancelled.Delivered));
        Assert.Empty(_receiver.Received);
        Assert.False(await Store.CancelAsync(_institution, replay.Id, Token));
    }

    [Fact]
    public async Task Cancelled_what_it_had_called_once_has_an_end_on_record()
    {
        await PublishAsync(1);
        _receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        var endpoint = await AddEndpointAsync(retrySchedule: [3_600]);
        var replay = await Store.StartAsync(_institution, Everything(endpoint), Fast, Token);
        await _node.BecomesAsync(1, "select count(*) from open_deliveries where attempts = 1 and lease is null", Token);

        Assert.True(await Store.CancelAsync(_institution, replay.Id, Token));

        await Eventually.TrueAsync(async () => (await FindAsync(replay)).FinishedAt is not null, Token);
        var cancelled = await FindAsync(replay);
        Assert.Equal((1, 0, 1, 0), (cancelled.Enqueued, cancelled.Delivered, cancelled.Failed, cancelled.Open));
        var log = _node.Services.GetRequiredService<DeliveryLog>();
        var delivery = Assert.Single((await log.ReadAsync(_institution, new DeliveryFilter(), before: null, limit: 10, Token)).Rows);
        Assert.Equal((DeliveryStatus.Failed, "abandoned", "The replay was cancelled."), (delivery.Status, delivery.Last?.Outcome, delivery.Last?.Problem));
    }

    [Fact]
    public async Task It_waits_while_the_endpoint_is_paused_and_keeps_a_learners_order_when_it_resumes()
    {
        var events = await PublishAsync(20);
        var endpoint = await AddEndpointAsync(ordering: "per_learner");
        await _node.SetStatusAsync(endpoint, "paused", Token);
        var replay = await Store.StartAsync(_institution, Everything(endpoint), Fast, Token);
        await Eventually.TrueAsync(async () => (await FindAsync(replay)).State == ReplayState.Done, Token);
        Assert.Equal(20, await _node.CountAsync("select count(*) from unconcluded_deliveries where learner = '1'", Token));
        Assert.Empty(_receiver.Received);

        await _node.SetStatusAsync(endpoint, "active", Token);

        await EndedAsync(replay);
        Assert.Equal(events.Select(e => e.DedupeKey), _receiver.Received.Select(r => r.Headers["sineta-dedupe-key"]));
    }

    [Fact]
    public async Task Where_it_is_cancelled_what_waited_for_its_deliveries_is_due_at_once()
    {
        await PublishAsync(ReplayQueue.MaxOpen + 100);
        var endpoint = await AddEndpointAsync(ordering: "per_learner");
        await _node.SetStatusAsync(endpoint, "paused", Token);
        var replay = await Store.StartAsync(_institution, Everything(endpoint), Fast, Token);
        await Eventually.TrueAsync(async () => (await FindAsync(replay)).Open == ReplayQueue.MaxOpen, Token);
        await _node.Intake.AcceptAsync([_node.NewEvent(_institution, "later")], Token);
        await using (var command = _node.Database.CreateCommand("update open_deliveries set next_at = now() + interval '1 hour'"))
            await command.ExecuteNonQueryAsync(Token);

        Assert.True(await Store.CancelAsync(_institution, replay.Id, Token));

        await Eventually.TrueAsync(async () => (await FindAsync(replay)).FinishedAt is not null, Token);
        Assert.Equal(1, await _node.CountAsync("select count(*) from open_deliveries where next_at <= now()", Token));
    }

    [Fact]
    public async Task It_does_not_overlook_an_event_that_was_appended_before_its_endpoint_was_made_and_is_committed_later()
    {
        await using var change = await _node.Services.GetRequiredService<EventTransactions>().BeginAsync(Token);
        await change.AppendAsync([_node.NewEvent(_institution, "meanwhile")], Token);
        var replay = await StartUnnoticedAsync(await AddEndpointAsync());
        Assert.Null(await ClaimAsync());

        await change.CommitAsync(Token);

        Assert.Equal(1, (await EndedAsync(replay)).Delivered);
        Assert.Equal("meanwhile", Assert.Single(_receiver.Received).Headers["sineta-dedupe-key"]);
    }

    [Fact]
    public async Task It_does_not_wait_for_ever_for_a_transaction_that_may_be_somebody_elses()
    {
        await PublishAsync(1);
        await using var somebody = NpgsqlDataSource.Create(_database);
        await using var connection = await somebody.OpenConnectionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await using (var command = new NpgsqlCommand("select pg_current_xact_id()", connection))
            await command.ExecuteScalarAsync(Token);
        var replay = await StartUnnoticedAsync(await AddEndpointAsync());
        Assert.Null(await ClaimAsync());

        await _node.CountAsync(
            "with aged as (update replays set next_at = now() - interval '2 minutes' returning 1) select count(*) from aged", Token);

        Assert.Equal(1, (await EndedAsync(replay)).Delivered);
    }

    [Fact]
    public async Task It_ends_with_its_endpoint()
    {
        await PublishAsync(5);
        var endpoint = await AddEndpointAsync();
        await _node.SetStatusAsync(endpoint, "deleted", Token);

        var replay = await Store.StartAsync(_institution, Everything(endpoint), Fast, Token);

        await Eventually.TrueAsync(async () => (await FindAsync(replay)).FinishedAt is not null, Token);
        Assert.Equal((ReplayState.Cancelled, 0), ((await FindAsync(replay)).State, (await FindAsync(replay)).Enqueued));
    }

    private static ReplayFilter Everything(Guid endpoint) => new(endpoint, [], Status: null, From: null, Until: null);

    private Task<DeliveryNode> StartNodeAsync() => DeliveryNode.StartAsync(_database, DeliveryNode.LoopbackOptions, Token);

    /// <summary>One at a time, so that the order of arrival is that of sending.</summary>
    private Task<Guid> AddEndpointAsync(string ordering = "none", int[]? retrySchedule = null) =>
        _node.AddEndpointAsync(_institution, _receiver.Url, Token, ordering, maxInFlight: 1, retrySchedule);

    private async Task<Event[]> PublishAsync(int count)
    {
        Event[] events = [.. Enumerable.Range(0, count).Select(i => _node.NewEvent(_institution, $"e{i}"))];
        foreach (var batch in events.Chunk(500))
            Assert.All(await _node.Intake.AcceptAsync(batch, Token), result => Assert.IsType<IntakeResult.Accepted>(result));
        return events;
    }

    /// <summary>Starts one that the node finds by itself, seconds later.</summary>
    private Task<Replay> StartUnnoticedAsync(Guid endpoint) =>
        ActivatorUtilities.CreateInstance<ReplayStore>(_node.Services).StartAsync(_institution, Everything(endpoint), Fast, Token);

    private async Task<ReplayStep?> ClaimAsync()
    {
        await using var connection = await _node.Database.OpenConnectionAsync(Token);
        return await ReplayQueue.ClaimAsync(connection, Token);
    }

    private async Task<Replay> FindAsync(Replay replay) => (await Store.FindAsync(_institution, replay.Id, Token))!;

    private async Task<Replay> EndedAsync(Replay replay)
    {
        await Eventually.TrueAsync(async () => await FindAsync(replay) is { State: not ReplayState.Running, Open: 0 }, Token);
        return await FindAsync(replay);
    }

    /// <summary>Lets the only replay go faster while no node runs; answers how far it has come.</summary>
    private async Task<long> HastenAsync()
    {
        await using var database = NpgsqlDataSource.Create(_database);
        await using var command = database.CreateCommand("update replays set pace = 10000 returning enqueued");
        return Convert.ToInt64(await command.ExecuteScalarAsync(Token), CultureInfo.InvariantCulture);
    }

    private Task<long> ConcludedAsync() => _node.CountAsync("select count(*) from attempts where conclusion is not null", Token);

    private async Task<Guid> DeliveryOfAsync(Event happened)
    {
        await using var command = _node.Database.CreateCommand("select delivery_id from attempts where event_id = $1");
        command.Parameters.AddWithValue(happened.Id);
        return (Guid)(await command.ExecuteScalarAsync(Token))!;
    }
}
