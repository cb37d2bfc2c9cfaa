using Sineta.Delivery.History;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.History;

public sealed class DeliveryLogTests(Postgres postgres)
{
    private const string Enrollment = "activities.course.enrollment";
    private const string Completed = "activities.course.completed";
    private static readonly DateTimeOffset Start = new(2026, 3, 10, 23, 59, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_is_asked_for_the_pages_together_hold_exactly_that_newest_first()
    {
        await using var ledger = await LedgerFixture.StartAsync(postgres, Start, Token);
        var (institution, world) = await PopulateAsync(ledger, seed: 42);
        var random = new Random(7);
        for (var i = 0; i < 60; i++)
        {
            var filter = AnyFilter(random, world);
            var log = new DeliveryLog(ledger.History, TimeProvider.System)
            {
                WindowRows = random.Next(10, 60),
                MaxEventsOfLearner = random.Next(1, 60),
            };

            var read = await ReadAllAsync(log, institution, filter, limit: random.Next(3, 40));

            var expected = world.Where(d => Matches(filter, d)).OrderByDescending(d => d.Id).ToArray();
            Assert.Equal(expected.Select(d => (d.Id, d.Status)), read.Select(d => (d.Id, d.Status)));
        }
    }

    [Fact]
    public async Task A_delivery_that_waits_for_its_retry_shows_what_the_last_attempt_came_to()
    {
        await using var ledger = await LedgerFixture.StartAsync(postgres, Start, Token);
        var institution = await ledger.AddInstitutionAsync(Token);
        var endpoint = await ledger.AddEndpointAsync(institution, Token);
        var happened = await ledger.AddEventAsync(institution, Enrollment, "ana", [endpoint], Token);
        var delivery = (await ledger.DeliveriesOfAsync(institution, happened, Token))[0];
        await ledger.AttemptAsync(institution, delivery, null, 500, Token);
        await ledger.AttemptAsync(institution, delivery, null, 503, Token);

        var found = await new DeliveryLog(ledger.History, TimeProvider.System).FindAsync(institution, delivery, Token);

        Assert.NotNull(found);
        Assert.Equal((DeliveryStatus.Pending, 2, 503), (found.Status, found.Attempts, found.Last?.Status));
        Assert.Equal("The receiver answered 503.", found.Last?.Problem);
        Assert.Equal(Enrollment, found.Slug);
        Assert.Equal("ana", found.Learner);
    }

    [Fact]
    public async Task An_end_without_a_call_tells_why_and_how_many_calls_there_were()
    {
        await using var ledger = await LedgerFixture.StartAsync(postgres, Start, Token);
        var institution = await ledger.AddInstitutionAsync(Token);
        var endpoint = await ledger.AddEndpointAsync(institution, Token);
        var happened = await ledger.AddEventAsync(institution, Enrollment, "ana", [endpoint], Token);
        var delivery = (await ledger.DeliveriesOfAsync(institution, happened, Token))[0];
        await ledger.AttemptAsync(institution, delivery, null, 500, Token);
        await ledger.ExecuteAsync(
            """
            with ended as (delete from open_deliveries where institution_id = $1 and id = $2)
            insert into attempts (institution_id, delivery_id, number, lease, event_id, endpoint_id, endpoint_revision, slug, cause,
                                  conclusion, outcome, problem, started_at, node)
            values ($1, $2, 0, 0, $3, $4, 1, 'activities.course.enrollment', 'event', 'failed', 'abandoned', 'The endpoint was deleted.',
                    now(), 'node')
            """, [institution, delivery, happened, endpoint], Token);

        var found = await new DeliveryLog(ledger.History, TimeProvider.System).FindAsync(institution, delivery, Token);

        Assert.NotNull(found);
        Assert.Equal((DeliveryStatus.Failed, 1), (found.Status, found.Attempts));
        Assert.Equal(("abandoned", "The endpoint was deleted."), (found.Last?.Outcome, found.Last?.Problem));
    }

    [Fact]
    public async Task A_search_that_takes_too_long_says_where_it_goes_on()
    {
        await using var ledger = await LedgerFixture.StartAsync(postgres, Start, Token);
        var institution = await ledger.AddInstitutionAsync(Token);
        var endpoint = await ledger.AddEndpointAsync(institution, Token);
        await ledger.AddEventAsync(institution, Completed, "ana", [endpoint], Token);
        for (var i = 0; i < 10; i++)
            await ledger.AddEventAsync(institution, Enrollment, "ana", [endpoint], Token);
        var log = new DeliveryLog(ledger.History, new SlowClock()) { WindowRows = 3 };

        var first = await log.ReadAsync(institution, new DeliveryFilter { Slug = Completed }, null, 5, Token);
        var all = await ReadAllAsync(log, institution, new DeliveryFilter { Slug = Completed }, limit: 5);

        Assert.Empty(first.Rows);
        Assert.NotNull(first.Next);
        Assert.Single(all);
    }

    private static async Task<List<DeliveryEntry>> ReadAllAsync(DeliveryLog log, long institution, DeliveryFilter filter, int limit)
    {
        var all = new List<DeliveryEntry>();
        Guid? before = null;
        do
        {
            var page = await log.ReadAsync(institution, filter, before, limit, Token);
            Assert.True(page.Rows.Count <= limit);
            all.AddRange(page.Rows);
            before = page.Next;
        }
        while (before is not null);
        return all;
    }

    /// <summary>Two institutions' histories over midnight, with every state; returns the first one's, as the log should show it.</summary>
    private static async Task<(long Institution, List<Known> World)> PopulateAsync(LedgerFixture ledger, int seed)
    {
        var random = new Random(seed);
        var (mine, other) = (await ledger.AddInstitutionAsync(Token), await ledger.AddInstitutionAsync(Token));
        Guid[] endpoints = [await ledger.AddEndpointAsync(mine, Token), await ledger.AddEndpointAsync(mine, Token, "paused")];
        Guid[] others = [await ledger.AddEndpointAsync(other, Token)];
        var world = new List<Known>();
        for (var i = 0; i < 60; i++)
        {
            ledger.Clock.Now += TimeSpan.FromSeconds(random.Next(0, 3));
            var (institution, targets) = random.Next(5) == 0 ? (other, others) : (mine, endpoints);
            var (slug, learner) = (random.Next(3) == 0 ? Completed : Enrollment, random.Next(8) == 0 ? null : $"learner-{random.Next(4)}");
            var happened = await ledger.AddEventAsync(institution, slug, learner, [.. targets.Where(_ => random.Next(5) > 0)], Token);
            var deliveries = (await ledger.DeliveriesOfAsync(institution, happened, Token)).ToList();
            if (random.Next(4) == 0)
                deliveries.Add(await ledger.AddDeliveryAsync(institution, happened, targets[0], "resend", Token));
            foreach (var delivery in deliveries)
            {
                var status = await ProgressAsync(ledger, institution, delivery, random);
                var endpoint = (Guid)(await ledger.ScalarAsync(
                    """
                    select endpoint_id from open_deliveries where institution_id = $1 and id = $2
                    union select endpoint_id from attempts where institution_id = $1 and delivery_id = $2
                    """, [institution, delivery], Token))!;
                if (institution == mine)
                {
                    status = status == DeliveryStatus.Pending && endpoint == endpoints[1] ? DeliveryStatus.Held : status;
                    world.Add(new Known(delivery, happened, endpoint, slug, learner, status, ledger.Clock.Now));
                }
            }
        }

        return (mine, world);
    }

    private static async Task<DeliveryStatus> ProgressAsync(LedgerFixture ledger, long institution, Guid delivery, Random random)
    {
        for (var retries = random.Next(3); retries > 0; retries--)
            await ledger.AttemptAsync(institution, delivery, null, 500, Token);
        var status = random.Next(4) switch { 0 => DeliveryStatus.Pending, 1 => DeliveryStatus.Failed, _ => DeliveryStatus.Delivered };
        if (status == DeliveryStatus.Failed)
            await ledger.AttemptAsync(institution, delivery, "failed", 500, Token);
        if (status == DeliveryStatus.Delivered)
            await ledger.AttemptAsync(institution, delivery, "delivered", 200, Token);
        return status;
    }

    private static DeliveryFilter AnyFilter(Random random, List<Known> world)
    {
        var one = world[random.Next(world.Count)];
        return new DeliveryFilter
        {
            EndpointId = random.Next(3) == 0 ? one.Endpoint : null,
            Slug = random.Next(3) == 0 ? one.Slug : null,
            Status = random.Next(2) == 0 ? (DeliveryStatus)random.Next(4) : null,
            Learner = random.Next(4) == 0 ? one.Learner : null,
            EventId = random.Next(6) == 0 ? one.Event : null,
            From = random.Next(5) == 0 ? world[random.Next(world.Count)].At : null,
            Until = random.Next(5) == 0 ? world[random.Next(world.Count)].At : null,
        };
    }

    private static bool Matches(DeliveryFilter filter, Known delivery) =>
        (filter.EndpointId is null || filter.EndpointId == delivery.Endpoint)
        && (filter.Slug is null || filter.Slug == delivery.Slug)
        && (filter.Status is null || filter.Status == delivery.Status)
        && (filter.Learner is null || filter.Learner == delivery.Learner)
        && (filter.EventId is null || filter.EventId == delivery.Event)
        && (filter.From is null || delivery.At >= filter.From)
        && (filter.Until is null || delivery.At < filter.Until);

    private sealed record Known(Guid Id, Guid Event, Guid Endpoint, string Slug, string? Learner, DeliveryStatus Status, DateTimeOffset At);

    /// <summary>A second passes each time it is looked at.</summary>
    private sealed class SlowClock : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Increment(ref _seconds);
    }
}
