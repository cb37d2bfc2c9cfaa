using System.Net;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Dispatch;

public sealed partial class LaneTests
{
    private static readonly AttemptOutcome Delivered = new AttemptOutcome.Delivered(HttpStatusCode.OK);
    private static readonly AttemptOutcome Failed = new AttemptOutcome.Refused(HttpStatusCode.InternalServerError, RetryAfter: null);
    private static readonly AttemptOutcome TimedOut = new AttemptOutcome.Unreachable(UnreachableReason.Timeout, "It took too long.");

    private readonly ManualTime _time = new();
    private readonly DeliveryOptions _options = new() { LaneQueuePerFlight = 4, CatchUpPerSecond = 50 };
    private readonly IdGenerator _ids;

    public LaneTests() => _ids = new IdGenerator(_time);

    [Fact]
    public void It_admits_as_many_as_have_room_and_more_as_they_leave()
    {
        var lane = NewLane();
        Assert.Equal(8, AdmitAll(lane));

        Assert.True(lane.TryEnqueue(NewDelivery(), out var startWorker));
        Assert.True(startWorker);
        Assert.False(lane.TryAdmit(isCrowded: false));
        Assert.NotNull(lane.Dequeue().Delivery);

        Assert.True(lane.TryAdmit(isCrowded: false));
        Assert.False(lane.TryAdmit(isCrowded: false));
        lane.Withdraw();
        Assert.True(lane.TryAdmit(isCrowded: false));
    }

    [Fact]
    public void While_memory_is_full_it_keeps_no_more_than_it_may_have_in_flight()
    {
        var lane = NewLane();
        Assert.Equal(2, lane.Room(isCrowded: true));
        Assert.True(lane.TryAdmit(isCrowded: true));
        Assert.True(lane.TryAdmit(isCrowded: true));
        Assert.False(lane.TryAdmit(isCrowded: true));
        Assert.Equal(0, lane.Room(isCrowded: true));
        Assert.True(lane.TryAdmit(isCrowded: false));
    }

    [Fact]
    public void It_starts_with_two_in_flight_and_calls_in_one_more_worker_for_each_success()
    {
        var lane = NewLane(maxInFlight: 5);
        var workers = Claim(lane, 30);
        Assert.Equal(2, workers);

        var atMost = new List<int>();
        for (var success = 0; success < 5; success++)
        {
            lane.Learn(Delivered);
            var next = lane.Dequeue();
            Assert.NotNull(next.Delivery);
            workers += next.StartWorker ? 1 + RunStarted(lane) : 0;
            atMost.Add(workers);
        }

        Assert.Equal([3, 4, 5, 5, 5], atMost);
    }

    [Fact]
    public void Overload_halves_what_may_be_in_flight()
    {
        var lane = NewLane(maxInFlight: 4);
        Claim(lane, 30);
        foreach (var _ in Enumerable.Range(0, 2))
            lane.Learn(Delivered);
        while (lane.Resume())
            lane.Dequeue();

        lane.Learn(TimedOut);

        // Four were in flight, and two of their workers leave.
        Assert.Null(lane.Dequeue().Delivery);
        Assert.Null(lane.Dequeue().Delivery);
        Assert.NotNull(lane.Dequeue().Delivery);
    }

    [Fact]
    public void Five_failures_empty_it_and_nothing_enters_before_the_pause_is_over()
    {
        var lane = NewLane();
        Claim(lane, 8);

        Assert.Equal([0, 0, 0, 0], Enumerable.Range(0, 4).Select(_ => lane.Learn(Failed).Count));
        Assert.Equal(6, lane.Learn(Failed).Count);

        Assert.True(lane.IsBroken);
        Assert.True(lane.HasBacklog);
        Assert.False(lane.TryAdmit(isCrowded: false));
        Assert.Null(lane.Dequeue().Delivery);
        Assert.Null(lane.Dequeue().Delivery);
        Assert.Equal(0, lane.Room(isCrowded: false));
        Assert.Equal(0, lane.InMemory);
    }

    [Fact]
    public void What_was_claimed_for_a_lane_that_broke_meanwhile_goes_back()
    {
        var lane = NewLane();
        Break(lane);

        var claimed = NewDeliveries(3);

        Assert.Equal(claimed, lane.EnqueueClaimed(claimed, more: false, out var startWorker));
        Assert.False(startWorker);
        Assert.True(lane.HasBacklog);
        _time.Advance(Breaker.FirstPause);
        Assert.Equal(1, lane.Room(isCrowded: false));
    }

    [Fact]
    public void What_was_claimed_for_a_lane_that_was_paused_meanwhile_goes_back()
    {
        var lane = NewLane();
        lane.Reconfigure(lane.Endpoint with { Status = EndpointStatus.Paused });

        Assert.Equal(3, lane.EnqueueClaimed(NewDeliveries(3), more: false, out _).Count);
        Assert.Equal(0, lane.InMemory);
    }

    [Fact]
    public void After_the_pause_one_probe_goes_out_and_its_success_opens_the_lane()
    {
        var lane = NewLane();
        Break(lane);
        _time.Advance(Breaker.FirstPause);

        Assert.Equal(1, lane.Room(isCrowded: false));
        Assert.Equal(1, Claim(lane, 1, more: true));
        Assert.Equal(0, lane.Room(isCrowded: false));
        Assert.False(lane.TryAdmit(isCrowded: false));

        lane.Learn(Delivered);

        Assert.False(lane.IsBroken);
        Assert.True(lane.WantsMore);
        Assert.True(lane.TryAdmit(isCrowded: false));
    }

    [Fact]
    public void A_failed_probe_doubles_the_pause_and_one_that_came_to_nothing_is_made_again()
    {
        var lane = NewLane();
        Break(lane);
        _time.Advance(Breaker.FirstPause);
        Claim(lane, 1);
        lane.Learn(Failed);
        lane.Dequeue();

        _time.Advance(Breaker.FirstPause);
        Assert.Equal(0, lane.Room(isCrowded: false));
        _time.Advance(Breaker.FirstPause);
        Assert.Equal(1, lane.Room(isCrowded: false));

        Claim(lane, 1);
        lane.Abandon();
        lane.Dequeue();
        Assert.Equal(1, lane.Room(isCrowded: false));
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_lengthen_its_pause()
    {
        var lane = NewLane();
        Break(lane);

        _time.SetBack(TimeSpan.FromHours(1));
        _time.Advance(Breaker.FirstPause);

        Assert.Equal(1, lane.Room(isCrowded: false));
    }

    [Fact]
    public void Its_rate_is_kept_and_one_pause_at_a_time_waits_for_it()
    {
        var lane = NewLane(ratePerSecond: 10);
        var workers = 0;
        var pauses = new List<TimeSpan>();
        foreach (var delivery in NewDeliveries(8))
        {
            lane.TryAdmit(isCrowded: false);
            lane.TryEnqueue(delivery, out var startWorker);
            if (startWorker)
                pauses.AddRange(Run(lane, ref workers));
        }

        Assert.Equal(1, workers);
        Assert.Equal([TimeSpan.FromMilliseconds(100)], pauses);

        _time.Advance(pauses[0]);
        Assert.True(lane.Resume());
        pauses.AddRange(Run(lane, ref workers));
        Assert.Equal(2, workers);
    }

    [Fact]
    public void A_paced_lane_sends_at_its_rate_for_as_long_as_it_is_fed()
    {
        var lane = NewLane(ratePerSecond: 20, maxInFlight: 16);
        var sent = SendFor(TimeSpan.FromSeconds(10), lane, feed: true);

        Assert.InRange(sent, 198, 203);
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_slow_it_down()
    {
        var lane = NewLane(ratePerSecond: 20, maxInFlight: 16);
        SendFor(TimeSpan.FromSeconds(1), lane, feed: true);

        _time.SetBack(TimeSpan.FromHours(1));

        Assert.InRange(SendFor(TimeSpan.FromSeconds(10), lane, feed: true), 198, 203);
    }

    [Fact]
    public void What_was_held_goes_out_at_the_pace_of_catching_up_and_what_is_new_waits_behind_it()
    {
        var lane = NewLane(maxInFlight: 100);
        lane.Reconfigure(lane.Endpoint with { Status = EndpointStatus.Paused });
        var held = NewDeliveries(200);
        _time.Advance(TimeSpan.FromHours(1));

        lane.Reconfigure(lane.Endpoint with { Status = EndpointStatus.Active });

        Assert.True(lane.WantsMore);
        Assert.False(lane.TryAdmit(isCrowded: false));
        Assert.Empty(lane.EnqueueClaimed(held, more: false, out var startWorker));
        Assert.True(startWorker);
        Assert.InRange(SendFor(TimeSpan.FromSeconds(2), lane), 100, 106);
        Assert.False(lane.TryAdmit(isCrowded: false));
    }

    [Fact]
    public void Catching_up_ends_with_what_was_held_however_much_is_new()
    {
        var lane = NewLane(maxInFlight: 100);
        lane.Reconfigure(lane.Endpoint with { Status = EndpointStatus.Paused });
        var held = NewDeliveries(10);
        _time.Advance(TimeSpan.FromSeconds(1));
        lane.Reconfigure(lane.Endpoint with { Status = EndpointStatus.Active });
        _time.Advance(TimeSpan.FromSeconds(1));
        OpenDelivery[] queued = [.. held, .. NewDeliveries(100)];

        lane.EnqueueClaimed(queued, more: true, out _);

        Assert.InRange(SendFor(TimeSpan.FromSeconds(1), lane), queued.Length, queued.Length);
        Assert.False(lane.IsCatchingUp);
        Assert.True(lane.TryAdmit(isCrowded: false));
    }

    [Fact]
    public void A_lane_that_keeps_order_takes_everything_from_the_database()
    {
        var lane = NewLane();
        Claim(lane, 5);

        Assert.Equal(3, lane.Reconfigure(lane.Endpoint with { OrderedPerLearner = true }).Count);

        Assert.False(lane.TryAdmit(isCrowded: false));
        Assert.Null(lane.Enter(events: 1, patient: true));
        Assert.Equal(8, lane.Room(isCrowded: false));
    }

    private Lane NewLane(int maxInFlight = 16, int? ratePerSecond = null) => new(
        new Endpoint
        {
            InstitutionId = 1,
            Id = _ids.Next(),
            Revision = 1,
            Url = new Uri("https://receiver.example/hooks"),
            EventTypes = [],
            Status = EndpointStatus.Active,
            OrderedPerLearner = false,
            MaskCpf = false,
            MaxInFlight = maxInFlight,
            RatePerSecond = ratePerSecond,
            Timeout = TimeSpan.FromSeconds(15),
            Headers = new Dictionary<string, string>(),
            Secrets = [],
            CreatedAt = _time.GetUtcNow(),
            UpdatedAt = _time.GetUtcNow(),
        }, _options, _time);

    private OpenDelivery NewDelivery()
    {
        var id = _ids.Next();
        var happened = new Event
        {
            InstitutionId = 1,
            Id = id,
            Slug = "activities.course.completed",
            DedupeKey = id.ToString(),
            OccurredAt = _time.GetUtcNow(),
            Correlation = id.ToString(),
            Body = [],
        };
        return new OpenDelivery(_ids.Next(), happened, Guid.Empty, DeliveryCause.Event, ReplayId: null, Attempts: 0, Lease: 1);
    }

    private OpenDelivery[] NewDeliveries(int count) => [.. Enumerable.Range(0, count).Select(_ => NewDelivery())];

    private static int AdmitAll(Lane lane)
    {
        var admitted = 0;
        while (lane.TryAdmit(isCrowded: false))
            admitted++;
        return admitted;
    }

    /// <summary>Brings in deliveries from the database; returns how many workers took one.</summary>
    private int Claim(Lane lane, int count, bool more = false)
    {
        Assert.Empty(lane.EnqueueClaimed(NewDeliveries(count), more, out var startWorker));
        return startWorker ? 1 + RunStarted(lane) : 0;
    }

    /// <summary>Lets a started worker, and those that it calls in, take a delivery each; returns how many were called in.</summary>
    private static int RunStarted(Lane lane)
    {
        var calledIn = 0;
        while (lane.Dequeue().StartWorker)
            calledIn++;
        return calledIn;
    }

    private static List<TimeSpan> Run(Lane lane, ref int taken)
    {
        var pauses = new List<TimeSpan>();
        NextWork work;
        do
        {
            work = lane.Dequeue();
            taken += work.Delivery is null ? 0 : 1;
            if (work.ResumeAfter is { } pause)
                pauses.Add(pause);
        }
        while (work.StartWorker);
        return pauses;
    }

    /// <summary>A receiver that answers at once: how many does the lane send it?</summary>
    private int SendFor(TimeSpan time, Lane lane, bool feed = false)
    {
        var sent = 0;
        var end = _time.GetUtcNow() + time;
        lane.Resume();
        while (_time.GetUtcNow() < end)
        {
            if (feed && lane.TryAdmit(isCrowded: false))
                lane.TryEnqueue(NewDelivery(), out _);
            var work = lane.Dequeue();
            if (work.Delivery is not null)
            {
                sent++;
                lane.Learn(Delivered);
            }
            else
            {
                _time.Advance(work.ResumeAfter ?? TimeSpan.FromMilliseconds(1));
                lane.Resume();
            }
        }

        return sent;
    }

    private void Break(Lane lane)
    {
        Claim(lane, 1);
        for (var failure = 0; failure < Breaker.Threshold; failure++)
            lane.Learn(Failed);
        Assert.Null(lane.Dequeue().Delivery);
    }
}
