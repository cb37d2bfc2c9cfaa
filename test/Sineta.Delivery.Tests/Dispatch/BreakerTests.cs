using FsCheck;
using FsCheck.Fluent;
using Sineta.Delivery.Dispatch;

namespace Sineta.Delivery.Tests.Dispatch;

public sealed class BreakerTests
{
    private static readonly TimeSpan Now = TimeSpan.FromHours(12);

    [Fact]
    public void It_opens_at_the_fifth_failure_in_a_row_and_not_before()
    {
        var breaker = Failed(default, 4);

        Assert.True(breaker.Admits(Now));
        Assert.False(breaker.OnFailure(Now).Admits(Now));
    }

    [Fact]
    public void A_success_in_between_starts_the_count_anew() =>
        Assert.True(Failed(Failed(default, 4).OnSuccess(), 4).Admits(Now));

    [Fact]
    public void After_its_pause_it_lets_one_probe_through()
    {
        var open = Failed(default, 5);

        Assert.False(open.Admits(Now + Breaker.FirstPause - TimeSpan.FromTicks(1)));
        Assert.True(open.Admits(Now + Breaker.FirstPause));
        Assert.False(open.OnStart(Now + Breaker.FirstPause).Admits(Now + Breaker.FirstPause));
    }

    [Fact]
    public void A_probe_that_succeeds_closes_it_and_the_next_pause_is_short_again()
    {
        var closed = ProbeFailed(ProbeFailed(Failed(default, 5))).OnSuccess();

        Assert.Equal(default, closed);
        Assert.Equal(Now + Breaker.FirstPause, Failed(closed, 5).OpenUntil);
    }

    [Fact]
    public void Probes_that_fail_double_the_pause_up_to_five_minutes()
    {
        var breaker = Failed(default, 5);
        List<double> pauses = [];
        for (var i = 0; i < 8; i++)
        {
            var until = breaker.OpenUntil;
            breaker = breaker.OnStart(until).OnFailure(until);
            pauses.Add((breaker.OpenUntil - until).TotalSeconds);
        }

        Assert.Equal([10, 20, 40, 80, 160, 300, 300, 300], pauses);
    }

    [Fact]
    public void Those_that_were_in_flight_when_it_opened_do_not_lengthen_the_pause()
    {
        var open = Failed(default, 5);

        Assert.Equal(open, Failed(open, 11));
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(60, 60)]
    [InlineData(86_400, 300)]
    public void What_the_receiver_asks_for_puts_the_probe_off_to_five_minutes_at_most(int asked, int seconds) =>
        Assert.Equal(Now + TimeSpan.FromSeconds(seconds), Failed(default, 4).OnFailure(Now, TimeSpan.FromSeconds(asked)).OpenUntil);

    [Fact]
    public void A_probe_that_came_to_no_outcome_makes_room_for_the_next()
    {
        var probing = Failed(default, 5).OnStart(Now + Breaker.FirstPause);

        Assert.True(probing.OnAbandoned(Now).Admits(Now));
        Assert.Equal(default, default(Breaker).OnAbandoned(Now));
    }

    [Fact]
    public void Whatever_happens_it_never_pauses_over_five_minutes_and_one_success_closes_it()
    {
        var step = Gen.Choose(0, 3);
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(step.ListOf().ToArbitrary(), steps =>
        {
            var (breaker, now) = (default(Breaker), Now);
            foreach (var next in steps)
            {
                now += TimeSpan.FromSeconds(3);
                breaker = next switch
                {
                    0 => breaker.OnFailure(now),
                    1 => breaker.OnFailure(now, TimeSpan.FromHours(1)),
                    2 => breaker.Admits(now) ? breaker.OnStart(now) : breaker,
                    _ => breaker.OnAbandoned(now),
                };
                Assert.True(breaker.State == BreakerState.HalfOpen || breaker.Admits(now + Breaker.LongestPause));
                Assert.Equal(default, breaker.OnSuccess());
            }
        }));
    }

    private static Breaker Failed(Breaker breaker, int times)
    {
        for (var i = 0; i < times; i++)
            breaker = breaker.OnFailure(Now);
        return breaker;
    }

    private static Breaker ProbeFailed(Breaker breaker) => breaker.OnStart(breaker.OpenUntil).OnFailure(breaker.OpenUntil);
}
