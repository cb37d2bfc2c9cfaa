using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Endpoints;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Dispatch;

/// <summary>Who is served first where more lanes are hungry than one claim serves.</summary>
public sealed class ClaimLineTests
{
    private readonly ClaimLine _line = new();

    [Fact]
    public void Lanes_are_served_in_the_order_in_which_they_came()
    {
        Lane[] lanes = [.. Enumerable.Range(0, 600).Select(_ => NewLane())];
        Assert.All(lanes, lane => Assert.True(_line.TryJoin(lane)));

        Assert.Equal(lanes, TakeAll());
    }

    [Fact]
    public void Who_waits_already_keeps_the_place_and_who_was_served_joins_at_the_end()
    {
        var (first, second) = (NewLane(), NewLane());
        _line.TryJoin(first);
        _line.TryJoin(second);
        Assert.False(_line.TryJoin(first));

        Assert.True(_line.TryTake(out var served));
        Assert.True(_line.TryJoin(served));

        Assert.Equal([second, first], TakeAll());
        Assert.True(_line.IsEmpty);
    }

    private List<Lane> TakeAll()
    {
        var taken = new List<Lane>();
        while (_line.TryTake(out var lane))
            taken.Add(lane);
        return taken;
    }

    private static Lane NewLane() => new(
        new Endpoint
        {
            InstitutionId = 1,
            Id = Guid.CreateVersion7(),
            Revision = 1,
            Url = new Uri("https://receiver.example/hooks"),
            EventTypes = [],
            Status = EndpointStatus.Active,
            OrderedPerLearner = false,
            MaskCpf = false,
            MaxInFlight = 16,
            RatePerSecond = null,
            Timeout = TimeSpan.FromSeconds(15),
            Headers = new Dictionary<string, string>(),
            Secrets = [],
            CreatedAt = default,
            UpdatedAt = default,
        },
        new DeliveryOptions(), new ManualTime());
}
