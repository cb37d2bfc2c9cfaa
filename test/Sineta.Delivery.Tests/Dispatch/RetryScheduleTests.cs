using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Sineta.Delivery.Dispatch;

namespace Sineta.Delivery.Tests.Dispatch;

public sealed class RetryScheduleTests
{
    private const double Middle = 0.5;

    private static readonly AttemptOutcome Failure = new AttemptOutcome.Unreachable(UnreachableReason.Timeout, "too late");
    private static readonly RetrySchedule Schedule = new([10, 100]);

    [Fact]
    public void The_default_schedule_survives_a_weekend()
    {
        var steps = Enumerable.Range(1, 10).Select(attempt => RetrySchedule.Default.After(Failure, attempt, Middle));
        TimeSpan[] delays = [.. steps.Select(step => Assert.IsType<NextStep.Retry>(step).Delay)];

        Assert.Equal([5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400], delays.Select(delay => delay.TotalSeconds));
        Assert.InRange(delays.Sum(delay => delay.TotalDays), 3, 3.5);
        Assert.Equal(new NextStep.GiveUp(), RetrySchedule.Default.After(Failure, 11, Middle));
    }

    [Fact]
    public void A_delivery_is_done() =>
        Assert.Equal(new NextStep.Done(), Schedule.After(new AttemptOutcome.Delivered(HttpStatusCode.NoContent), 1, Middle));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_410_disables_the_endpoint_at_once(int attempt) =>
        Assert.IsType<NextStep.DisableEndpoint>(Schedule.After(new AttemptOutcome.Refused(HttpStatusCode.Gone, null), attempt, Middle));

    [Theory]
    [InlineData(HttpStatusCode.Found)]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.InternalServerError)]
    public void Any_other_refusal_is_tried_again(HttpStatusCode status) =>
        Assert.Equal(Retry(10), Schedule.After(new AttemptOutcome.Refused(status, null), 1, Middle));

    [Theory]
    [InlineData(3_600, 20)]
    [InlineData(20, 20)]
    [InlineData(15, 15)]
    [InlineData(10, 10)]
    [InlineData(1, 10)]
    [InlineData(0, 10)]
    public void Retry_after_puts_off_up_to_twice_the_planned_delay_and_never_brings_forward(int asked, int delay) =>
        Assert.Equal(
            Retry(delay),
            Schedule.After(new AttemptOutcome.Refused(HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(asked)), 1, Middle));

    [Theory]
    [InlineData(0, 8)]
    [InlineData(0.25, 9)]
    [InlineData(0.75, 11)]
    public void Jitter_spreads_a_delay_by_a_fifth_either_way(double jitter, int delay) =>
        Assert.Equal(Retry(delay), Schedule.After(Failure, 1, jitter));

    [Fact]
    public void Whatever_comes_a_delay_lies_between_a_fifth_less_than_planned_and_twice_as_much()
    {
        var spaces =
            from delays in Gen.Choose(1, 604_800).NonEmptyListOf().Where(all => all.Count <= 30)
            from attempt in Gen.Choose(1, 32)
            from jitter in Gen.Choose(0, 999_999)
            from asked in Gen.OneOf(Gen.Constant((int?)null), Gen.Choose(0, int.MaxValue).Select(seconds => (int?)seconds))
            select (Delays: delays.ToArray(), attempt, Jitter: jitter / 1e6, asked);

        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(spaces.ToArbitrary(), space =>
        {
            TimeSpan? retryAfter = space.asked is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
            var outcome = new AttemptOutcome.Refused(HttpStatusCode.ServiceUnavailable, retryAfter);
            var step = new RetrySchedule(space.Delays).After(outcome, space.attempt, space.Jitter);
            if (space.attempt > space.Delays.Length)
            {
                Assert.IsType<NextStep.GiveUp>(step);
                return;
            }
            var planned = TimeSpan.FromSeconds(space.Delays[space.attempt - 1]);
            Assert.InRange(Assert.IsType<NextStep.Retry>(step).Delay, planned * 0.8, planned * 2);
        }));
    }

    [Fact]
    public void A_schedule_without_delays_gives_up_after_the_first_attempt() =>
        Assert.IsType<NextStep.GiveUp>(new RetrySchedule([]).After(Failure, 1, Middle));

    [Theory]
    [InlineData(new[] { 0 }, "not 0")]
    [InlineData(new[] { 5, -1 }, "not -1")]
    [InlineData(new[] { 604_801 }, "604800")]
    public void A_delay_out_of_range_is_a_fault(int[] seconds, string part)
    {
        Assert.Contains(part, RetrySchedule.FaultOf(seconds), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new RetrySchedule(seconds));
    }

    [Fact]
    public void More_than_thirty_retries_are_a_fault()
    {
        Assert.Null(RetrySchedule.FaultOf(Enumerable.Repeat(1, 30).ToArray()));
        Assert.NotNull(RetrySchedule.FaultOf(Enumerable.Repeat(1, 31).ToArray()));
    }

    private static NextStep.Retry Retry(double seconds) => new(TimeSpan.FromSeconds(seconds));
}
