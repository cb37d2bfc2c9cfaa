using Sineta.Delivery.Dispatch;

namespace Sineta.Delivery.Tests.Dispatch;

/// <summary>Publishers are slowed down to the pace of a lane that sends well, and to no other.</summary>
public sealed partial class LaneTests
{
    [Fact]
    public void A_publisher_waits_for_a_full_lane_only_while_it_is_fast_enough_to_make_room()
    {
        var lane = NewLane(maxInFlight: 2);
        Claim(lane, 8 + 2);
        Assert.True(IsLetThrough(lane));

        foreach (var _ in Enumerable.Range(0, 8))
            lane.Learn(Delivered);
        var room = lane.Enter(events: 1, patient: true);

        Assert.NotNull(room);
        while (!room.IsCompleted)
            Assert.NotNull(lane.Dequeue().Delivery);
        lane.EnqueueClaimed(NewDeliveries(8), more: true, out _);
        Assert.False(IsLetThrough(lane));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(IsLetThrough(lane));
    }

    [Fact]
    public void Publishers_that_are_let_through_together_fill_a_lane_only_once()
    {
        var lane = NewLane(maxInFlight: 2);
        foreach (var _ in Enumerable.Range(0, 8))
            lane.Learn(Delivered);

        Assert.Null(lane.Enter(events: 100, patient: true));

        var room = lane.Enter(events: 100, patient: true);
        Assert.NotNull(room);
        Assert.Null(lane.Enter(events: 100, patient: false));
        lane.Leave(100);
        lane.Leave(100);
        Assert.True(room.IsCompleted);
        Assert.True(IsLetThrough(lane));
    }

    private static bool IsLetThrough(Lane lane)
    {
        if (lane.Enter(events: 1, patient: true) is not null)
            return false;
        lane.Leave(1);
        return true;
    }
}
