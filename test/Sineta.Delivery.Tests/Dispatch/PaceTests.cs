using Sineta.Delivery.Dispatch;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Dispatch;

public sealed class PaceTests
{
    [Theory]
    [InlineData(1, 10)]
    [InlineData(7, 70)]
    [InlineData(200, 2_000)]
    [InlineData(5_000, 50_000)]
    public void Ten_seconds_give_ten_times_the_rate_and_a_tenth_of_a_second_at_once(int perSecond, int expected)
    {
        var time = new ManualTime();
        var pace = new Pace(perSecond);
        var end = time.GetElapsedTime(0) + TimeSpan.FromSeconds(10);
        var taken = 0;
        while (time.GetElapsedTime(0) < end)
        {
            if (pace.WaitFor(time.GetElapsedTime(0)) is { } wait)
                time.Advance(wait);
            else
                taken++;
        }

        Assert.InRange(taken, expected - 1, expected + Math.Max(1, perSecond / 10) + 1);
    }

    [Fact]
    public void A_long_rest_saves_no_more_than_a_tenth_of_a_second() => Assert.Equal(20, TakenAtOnce(new Pace(200), TimeSpan.FromHours(1)));

    [Fact]
    public void Without_a_rate_there_is_no_wait() => Assert.Equal(1_000, TakenAtOnce(new Pace(null), TimeSpan.Zero));

    private static int TakenAtOnce(Pace pace, TimeSpan rest)
    {
        var time = new ManualTime();
        pace.WaitFor(time.GetElapsedTime(0));
        time.Advance(rest);
        var taken = 0;
        while (taken < 1_000 && pace.WaitFor(time.GetElapsedTime(0)) is null)
            taken++;
        return taken;
    }
}
