using FsCheck;
using FsCheck.Fluent;
using Sineta.Delivery.Dispatch;

namespace Sineta.Delivery.Tests.Dispatch;

public sealed class ConcurrencyLimitTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(16, 2)]
    public void A_lane_that_has_proven_nothing_has_two_in_flight(int max, int current) =>
        Assert.Equal(current, ConcurrencyLimit.Start(max).Current);

    [Fact]
    public void Each_success_adds_one_up_to_the_maximum_and_each_overload_halves()
    {
        var limit = ConcurrencyLimit.Start(16);
        for (var i = 3; i <= 16; i++)
            Assert.Equal(i, (limit = limit.OnSuccess()).Current);

        Assert.Equal(16, limit.OnSuccess().Current);
        Assert.Equal(8, limit.OnOverload().Current);
        Assert.Equal(1, limit.OnOverload().OnOverload().OnOverload().OnOverload().OnOverload().Current);
    }

    [Fact]
    public void Another_maximum_takes_effect_at_once()
    {
        var full = ConcurrencyLimit.Start(4).OnSuccess().OnSuccess();

        Assert.Equal(3, full.WithMax(3).Current);
        Assert.Equal(5, full.WithMax(8).OnSuccess().Current);
    }

    [Fact]
    public void It_always_lies_between_one_and_the_maximum() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
            Gen.Choose(1, 100).ToArbitrary(), Gen.Choose(0, 2).ListOf().ToArbitrary(), (max, steps) =>
            {
                var limit = ConcurrencyLimit.Start(max);
                foreach (var step in steps)
                {
                    limit = step switch { 0 => limit.OnSuccess(), 1 => limit.OnOverload(), _ => limit.WithMax(Math.Max(1, limit.Max / 2)) };
                    Assert.InRange(limit.Current, 1, limit.Max);
                }
            }));
}
