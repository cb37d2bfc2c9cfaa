namespace Sineta.Delivery.Dispatch;

/// <summary>
/// The histogram in which attempts are counted by their total time: two buckets an octave from 0.5 ms to 32.8 s, and one for what took
/// longer. A quantile read from it is off by less than a fifth.
/// </summary>
public static class LatencyBuckets
{
    private const double FirstBound = 500;
    private const int BoundsAnOctave = 2;
    private const int Octaves = 16;

    private static readonly double[] Bounds =
        [.. Enumerable.Range(0, (Octaves * BoundsAnOctave) + 1).Select(static i => FirstBound * Math.Pow(2, (double)i / BoundsAnOctave))];

    /// <summary>How many buckets there are, the one without an upper bound included.</summary>
    public static int Count { get; } = Bounds.Length + 1;

    /// <summary>The bucket of a duration.</summary>
    public static int IndexOf(int microseconds)
    {
        var found = Array.BinarySearch(Bounds, microseconds);
        return found >= 0 ? found : ~found;
    }

    /// <summary>The duration that a share of the counted attempts did not exceed; null where none was counted.</summary>
    /// <param name="counts">One count for each bucket.</param>
    /// <param name="share">Over 0, and at most 1.</param>
    public static TimeSpan? Quantile(ReadOnlySpan<long> counts, double share)
    {
        var total = 0L;
        foreach (var count in counts)
            total += count;
        var rank = total * share;
        for (var i = 0; i < counts.Length && total > 0; i++)
        {
            if (rank <= counts[i])
                return TimeSpan.FromMicroseconds(Within(i, rank / counts[i]));
            rank -= counts[i];
        }

        return null;
    }

    private static double Within(int bucket, double share)
    {
        var upper = Bounds[Math.Min(bucket, Bounds.Length - 1)];
        var lower = bucket == 0 ? 0 : Bounds[bucket - 1];
        return lower + ((upper - lower) * share);
    }
}
