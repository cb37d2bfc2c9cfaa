using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.History;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.History;

/// <summary>What listeners are told of attempts as they come on record.</summary>
public sealed class StreamTests(Postgres postgres)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attempts_are_told_whichever_node_made_them_and_each_once()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        var database = await postgres.CreateDatabaseAsync(Token);
        await using var one = await DeliveryNode.StartAsync(database, DeliveryNode.LoopbackOptions, Token);
        await using var other = await DeliveryNode.StartAsync(database, DeliveryNode.LoopbackOptions, Token);
        var institution = await one.AddInstitutionAsync(Token);
        var endpoint = await one.AddEndpointAsync(institution, receiver.Url, Token);
        using var listener = await ListenAsync(one, institution);
        await other.Services.GetRequiredService<Audience>().RefreshAsync(Token);

        for (var i = 0; i < 20; i++)
        {
            var node = i % 2 == 0 ? one : other;
            await node.Intake.AcceptAsync([node.NewEvent(institution, $"enrollment:{i}")], Token);
        }

        var told = await TakeAsync(listener, 20);
        Assert.Equal(20, told.Select(t => t.Delivery.Id).Distinct().Count());
        Assert.All(told, t => Assert.Equal(endpoint, t.Delivery.EndpointId));
        Assert.All(told, t => Assert.Equal((DeliveryStatus.Delivered, 1), (t.Delivery.Status, t.Delivery.Attempts)));
        Assert.All(told, t => Assert.Equal("delivered", t.Delivery.Last?.Outcome));
        await one.BecomesAsync(20, "select count(*) from stream_attempts", Token);
        AssertNothingMore(listener);
    }

    [Fact]
    public async Task Another_institutions_attempts_are_told_to_nobody_else()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        await using var node = await StartAsync();
        var (theirs, ours) = (await node.AddInstitutionAsync(Token), await node.AddInstitutionAsync(Token));
        await node.AddEndpointAsync(theirs, receiver.Url, Token);
        var endpoint = await node.AddEndpointAsync(ours, receiver.Url, Token);
        using var them = await ListenAsync(node, theirs);
        using var us = await ListenAsync(node, ours);

        await node.Intake.AcceptAsync(node.NewEvents(theirs, 3), Token);
        await TakeAsync(them, 3);
        await node.Intake.AcceptAsync(node.NewEvents(ours, 1), Token);

        Assert.Equal(endpoint, Assert.Single(await TakeAsync(us, 1)).Delivery.EndpointId);
        using var returned = await ListenAsync(node, ours, last: us.Start);
        Assert.Equal(endpoint, (await NextAttemptOrGapAsync(returned) as StreamNews.Attempt)?.Delivery.EndpointId);
    }

    [Fact]
    public async Task A_refused_attempt_is_told_with_its_next_one_and_filters_choose_what_is_told()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        receiver.Answer = (request, context) =>
        {
            context.Response.StatusCode = request.Headers["sineta-attempt"] == "1" ? StatusCodes.Status500InternalServerError : 200;
            return Task.CompletedTask;
        };
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        var endpoint = await node.AddEndpointAsync(institution, receiver.Url, Token, retrySchedule: [1]);
        using var all = await ListenAsync(node, institution);
        using var delivered = await ListenAsync(
            node, institution, new DeliveryFilter { Status = DeliveryStatus.Delivered, EndpointId = endpoint });
        using var elsewhere = await ListenAsync(node, institution, new DeliveryFilter { EndpointId = Guid.Empty });
        using var otherwise = await ListenAsync(node, institution, new DeliveryFilter { Slug = "activities.trail.completed" });

        await node.Intake.AcceptAsync(node.NewEvents(institution, 1), Token);

        var told = await TakeAsync(all, 2);
        Assert.Equal([DeliveryStatus.Pending, DeliveryStatus.Delivered], told.Select(t => t.Delivery.Status));
        Assert.Equal(500, told[0].Delivery.Last?.Status);
        Assert.Equal(2, Assert.Single(await TakeAsync(delivered, 1)).Delivery.Attempts);
        AssertNothingMore(elsewhere);
        AssertNothingMore(otherwise);
    }

    [Fact]
    public async Task Who_comes_back_to_any_node_goes_on_where_it_was()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        var database = await postgres.CreateDatabaseAsync(Token);
        await using var one = await DeliveryNode.StartAsync(database, DeliveryNode.LoopbackOptions, Token);
        await using var other = await DeliveryNode.StartAsync(database, DeliveryNode.LoopbackOptions, Token);
        var institution = await one.AddInstitutionAsync(Token);
        await one.AddEndpointAsync(institution, receiver.Url, Token);
        var left = await ListenAsync(one, institution);
        await one.Intake.AcceptAsync(one.NewEvents(institution, 10), Token);
        var before = await TakeAsync(left, 4);
        left.Dispose();
        await one.Intake.AcceptAsync([one.NewEvent(institution, "enrollment:while-away")], Token);
        await one.BecomesAsync(11, "select count(*) from stream_attempts", Token);

        using var back = await ListenAsync(other, institution, last: before[^1].Position);

        // What was told while its order was not final yet may be told again.
        var told = before.Select(t => t.Delivery.Id).ToHashSet();
        while (told.Count < 11)
            told.Add(Assert.Single(await TakeAsync(back, 1)).Delivery.Id);
    }

    [Fact]
    public async Task Who_comes_back_too_late_is_told_that_it_missed_some()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        await using var node = await StartAsync(new DeliveryOptions
        {
            AllowHttp = true,
            AllowedNetworks = ["127.0.0.0/8"],
            StreamMemory = TimeSpan.Zero,
        });
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token);
        using var listener = await ListenAsync(node, institution);
        await node.Intake.AcceptAsync(node.NewEvents(institution, 1), Token);
        var first = Assert.Single(await TakeAsync(listener, 1)).Position;
        await node.Intake.AcceptAsync([node.NewEvent(institution, "enrollment:late")], Token);
        await TakeAsync(listener, 1);
        var last = await EverythingIsFinalAsync(node, institution);

        await node.Services.GetRequiredService<Audience>().CleanAsync(Token);

        Assert.Equal(0, await node.CountAsync("select count(*) from stream_attempts", Token));
        using var late = await ListenAsync(node, institution, last: first);
        Assert.Null(Assert.IsType<StreamNews.Gap>(await NextAttemptOrGapAsync(late)).Missed);
        using var inTime = await ListenAsync(node, institution, last: last);
        AssertNothingMore(inTime);
    }

    [Fact]
    public async Task Of_more_than_can_be_told_at_a_time_the_rest_is_left_out_and_counted()
    {
        await using var node = await StartAsync();
        var (institution, deliveries) = await DeliverAsync(node, Broadcast.Page + 300);
        var store = node.Services.GetRequiredService<StreamStore>();
        var (since, now) = await store.ListenAsync(institution, TimeSpan.FromMinutes(1), Token);
        var broadcast = new Broadcast(institution, store, since, now);
        using var listener = new AttemptListener(now, new DeliveryFilter(), static () => true);
        await broadcast.JoinAsync(listener, before: null, Token);
        await NoteAsync(node, deliveries);
        await OlderTransactionsEndAsync(node);

        await broadcast.ReadAsync(Token);
        await NoteAsync(node, deliveries.Take(1), item: 9_999);
        await broadcast.ReadAsync(Token);

        Assert.Equal(Broadcast.Page, (await TakeAsync(listener, Broadcast.Page)).Select(t => t.Delivery.Id).Distinct().Count());
        Assert.Equal(300, Assert.IsType<StreamNews.Gap>(await NextAsync(listener)).Missed);
        Assert.IsType<StreamNews.Attempt>(await NextAsync(listener));
    }

    [Fact]
    public async Task Who_comes_back_to_more_than_can_be_told_at_a_time_is_told_that_it_missed_some()
    {
        await using var node = await StartAsync();
        var (institution, deliveries) = await DeliverAsync(node, Broadcast.Page + 300);
        var store = node.Services.GetRequiredService<StreamStore>();
        var (since, now) = await store.ListenAsync(institution, TimeSpan.FromMinutes(1), Token);
        var broadcast = new Broadcast(institution, store, since, now);
        using var listener = new AttemptListener(now, new DeliveryFilter(), static () => true);
        await using var connection = await node.Database.OpenConnectionAsync(Token);
        await using var longer = await connection.BeginTransactionAsync(Token);
        await NoteAsync(connection, deliveries[..1]);
        await NoteAsync(node, deliveries[1..]);
        await broadcast.ReadAsync(Token); // a page of what is not settled,
        await broadcast.ReadAsync(Token); // and the rest

        await broadcast.JoinAsync(listener, before: now, Token);

        Assert.Equal(Broadcast.Page, (await TakeAsync(listener, Broadcast.Page)).Count);
        Assert.IsType<StreamNews.Gap>(await NextAsync(listener));
    }

    [Fact]
    public async Task What_a_longer_transaction_noted_is_told_when_it_ends_and_what_was_told_before_is_not_told_again()
    {
        await using var node = await StartAsync();
        var (institution, deliveries) = await DeliverAsync(node, 3);
        var store = node.Services.GetRequiredService<StreamStore>();
        var (since, now) = await store.ListenAsync(institution, TimeSpan.FromMinutes(1), Token);
        var broadcast = new Broadcast(institution, store, since, now);
        using var listener = new AttemptListener(now, new DeliveryFilter(), static () => true);
        await broadcast.JoinAsync(listener, before: null, Token);

        await using var connection = await node.Database.OpenConnectionAsync(Token);
        await using (var longer = await connection.BeginTransactionAsync(Token))
        {
            await NoteAsync(connection, deliveries[..1]);
            await NoteAsync(node, deliveries[1..2]);
            await broadcast.ReadAsync(Token);
            Assert.Equal(deliveries[1], Assert.Single(await TakeAsync(listener, 1)).Delivery.Id);
            await longer.CommitAsync(Token);
        }

        await broadcast.ReadAsync(Token);
        await NoteAsync(node, deliveries[2..]);
        await broadcast.ReadAsync(Token);

        Assert.Equal([deliveries[0], deliveries[2]], (await TakeAsync(listener, 2)).Select(t => t.Delivery.Id));
        AssertNothingMore(listener);
    }

    [Fact]
    public void A_slow_listener_is_told_how_many_it_missed_and_keeps_nobody_waiting()
    {
        using var listener = new AttemptListener(default, new DeliveryFilter(), static () => true);
        for (var i = 1; i <= AttemptListener.Capacity + 200; i++)
            listener.Tell(NewAttempt(i));
        for (var i = 1; i <= AttemptListener.Capacity; i++)
            Assert.True(listener.News.TryRead(out var told) && told.Position.Item == i);

        listener.Tell(NewAttempt(9_999));

        Assert.True(listener.News.TryRead(out var gap));
        Assert.Equal(200, Assert.IsType<StreamNews.Gap>(gap).Missed);
        Assert.True(listener.News.TryRead(out var next) && next is StreamNews.Attempt);
    }

    [Fact]
    public async Task Who_is_not_welcome_any_more_is_sent_away_and_its_place_is_free()
    {
        await using var node = await StartAsync(new DeliveryOptions { StreamListeners = 1 });
        var institution = await node.AddInstitutionAsync(Token);
        var isWelcome = true;
        var stream = node.Services.GetRequiredService<AttemptStream>();
        using var listener = await stream.ListenAsync(institution, new DeliveryFilter(), last: null, () => isWelcome, Token);
        Assert.NotNull(listener);
        Assert.Null(await stream.ListenAsync(institution, new DeliveryFilter(), last: null, static () => true, Token));

        isWelcome = false;

        using var second = await stream.ListenAsync(institution, new DeliveryFilter(), last: null, static () => true, Token);
        Assert.NotNull(second);
        while (await listener.News.WaitToReadAsync(Token))
            Assert.True(listener.News.TryRead(out _));
    }

    [Fact]
    public async Task While_nothing_happens_a_listener_is_told_so_now_and_then()
    {
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        var time = new ManualTime();
        using var stream = new AttemptStream(
            node.Services.GetRequiredService<StreamStore>(), node.Services.GetRequiredService<Audience>(), new DeliveryOptions(), time,
            NullLogger<AttemptStream>.Instance);
        await stream.StartAsync(Token);
        using var listener = (await stream.ListenAsync(institution, new DeliveryFilter(), last: null, static () => true, Token))!;

        await time.AwaitedAsync(TimeSpan.FromMilliseconds(250), Token);
        time.Advance(TimeSpan.FromSeconds(15));

        Assert.Equal(listener.Start, Assert.IsType<StreamNews.Quiet>(await NextAsync(listener)).Position);
        await stream.StopAsync(Token);
    }

    [Fact]
    public async Task While_nobody_listens_nothing_is_noted()
    {
        await using var node = await StartAsync();
        await DeliverAsync(node, 5);
        Assert.Equal(0, await node.CountAsync("select count(*) from stream_attempts", Token));
    }

    private static async Task<AttemptListener> ListenAsync(
        DeliveryNode node, long institution, DeliveryFilter? filter = null, StreamPosition? last = null) =>
        (await node.Services.GetRequiredService<AttemptStream>().ListenAsync(
            institution, filter ?? new DeliveryFilter(), last, static () => true, Token))!;

    private static async Task<StreamNews> NextAsync(AttemptListener listener) =>
        await listener.News.ReadAsync(Token).AsTask().WaitAsync(Patience, Token);

    private static async Task<StreamNews> NextAttemptOrGapAsync(AttemptListener listener)
    {
        while (true)
        {
            if (await NextAsync(listener) is not StreamNews.Quiet and var news)
                return news;
        }
    }

    private static void AssertNothingMore(AttemptListener listener)
    {
        while (listener.News.TryRead(out var news))
            Assert.IsType<StreamNews.Quiet>(news);
    }

    private static async Task<List<StreamNews.Attempt>> TakeAsync(AttemptListener listener, int count)
    {
        var taken = new List<StreamNews.Attempt>();
        while (taken.Count < count)
            taken.Add(Assert.IsType<StreamNews.Attempt>(await NextAttemptOrGapAsync(listener)));
        return taken;
    }

    private static StreamNews.Attempt NewAttempt(int item) => new(new StreamPosition(1, item), new DeliveryEntry
    {
        Id = Guid.Empty,
        EventId = Guid.Empty,
        EndpointId = Guid.Empty,
        Slug = "activities.course.completed",
        Learner = null,
        Cause = "event",
        ReplayId = null,
        Status = DeliveryStatus.Delivered,
        Attempts = 1,
        NextAt = null,
        Last = null,
    });

    /// <summary>Deliveries of an institution of its own, each attempted once before anybody listens.</summary>
    private static async Task<(long Institution, Guid[] Deliveries)> DeliverAsync(DeliveryNode node, int count)
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token);
        await node.Intake.AcceptAsync(node.NewEvents(institution, count), Token);
        await node.BecomesAsync(count, "select count(*) from attempts", Token);
        await using var command = node.Database.CreateCommand("select array(select delivery_id from attempts order by delivery_id)");
        return (institution, (Guid[])(await command.ExecuteScalarAsync(Token))!);
    }

    private static async Task NoteAsync(DeliveryNode node, IEnumerable<Guid> deliveries, int item = 0)
    {
        await using var connection = await node.Database.OpenConnectionAsync(Token);
        await NoteAsync(connection, deliveries, item);
    }

    private static async Task NoteAsync(Npgsql.NpgsqlConnection connection, IEnumerable<Guid> deliveries, int item = 0)
    {
        await using var command = new Npgsql.NpgsqlCommand(
            """
            insert into stream_attempts (institution_id, item, delivery_id, number, lease)
            select institution_id, $2 + row_number() over (order by delivery_id), delivery_id, number, lease
            from attempts where delivery_id = any($1)
            """, connection);
        command.Parameters.AddWithValue(deliveries.ToArray());
        command.Parameters.AddWithValue(item);
        await command.ExecuteNonQueryAsync(Token);
    }

    /// <summary>Only then is the order of what was noted final; the database server's other transactions are other tests'.</summary>
    private static Task OlderTransactionsEndAsync(DeliveryNode node) => node.BecomesAsync(
        0, "select count(*) from stream_attempts where transaction >= pg_snapshot_xmin(pg_current_snapshot())", Token);

    /// <summary>
    /// Where a listener is that was told everything, in its final order: what is told while an older transaction runs, be it another test's,
    /// carries a position before it.
    /// </summary>
    private static async Task<StreamPosition> EverythingIsFinalAsync(DeliveryNode node, long institution)
    {
        var position = default(StreamPosition);
        await Eventually.TrueAsync(
            async () =>
            {
                using var listener = await ListenAsync(node, institution);
                position = listener.Start;
                return await node.CountAsync(
                    $"select count(*) from stream_attempts where (transaction, item) > ('{position.Transaction}', {position.Item})", Token) == 0;
            },
            Token);
        return position;
    }

    private async Task<DeliveryNode> StartAsync(DeliveryOptions? options = null) =>
        await DeliveryNode.StartAsync(await postgres.CreateDatabaseAsync(Token), options ?? DeliveryNode.LoopbackOptions, Token);
}
