using FsCheck;
using FsCheck.Fluent;
using Sineta.Delivery.Dispatch;

namespace Sineta.Delivery.Tests.Dispatch;

public sealed class LatencyBucketsTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(500, 0)]
    [InlineData(501, 1)]
    [InlineData(1_000, 2)]
    [InlineData(32_768_000, 32)]
    [InlineData(32_768_001, 33)]
    [InlineData(int.MaxValue, 33)]
    public void A_duration_falls_into_the_bucket_whose_bound_it_does_not_exceed(int microseconds, int bucket) =>
        Assert.Equal(bucket, LatencyBuckets.IndexOf(microseconds));

    [Fact]
    public void Nothing_counted_has_no_quantile() => Assert.Null(LatencyBuckets.Quantile(new long[LatencyBuckets.Count], 0.5));

    [Fact]
    public void A_quantile_is_within_a_bucket_of_the_true_one() => Prop.ForAll(
        Gen.Choose(1, 30_000_000).NonEmptyListOf().ToArbitrary(),
        durations =>
        {
            var counts = new long[LatencyBuckets.Count];
            foreach (var duration in durations)
                counts[LatencyBuckets.IndexOf(duration)]++;
            var sorted = durations.Order().ToArray();
            foreach (var share in new[] { 0.5, 0.95, 0.99, 1 })
            {
                var exact = sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
                var read = (int)LatencyBuckets.Quantile(counts, share)!.Value.TotalMicroseconds;
                Assert.InRange(LatencyBuckets.IndexOf(read), LatencyBuckets.IndexOf(exact) - 1, LatencyBuckets.IndexOf(exact));
            }
        }).QuickCheckThrowOnFailure();
}
