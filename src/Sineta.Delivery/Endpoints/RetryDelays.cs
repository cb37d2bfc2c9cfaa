namespace Sineta.Delivery.Endpoints;

/// <summary>Which delays between attempts an endpoint, or the operator, may set.</summary>
public static class RetryDelays
{
    public const int MaxCount = 30;

    private const int LongestSeconds = 7 * 24 * 60 * 60;

    /// <summary>What makes the delays unusable, as a sentence; null where they are fine: at most 30, each of 1 s to 7 days.</summary>
    public static string? FaultOf(ReadOnlySpan<int> seconds)
    {
        if (seconds.Length > MaxCount)
            return $"A schedule has at most {MaxCount} retries.";
        foreach (var delay in seconds)
        {
            if (delay < 1 || delay > LongestSeconds)
                return $"A delay is between 1 and {LongestSeconds} seconds, not {delay}.";
        }

        return null;
    }
}
