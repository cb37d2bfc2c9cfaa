namespace Sineta.Delivery.Endpoints;

/// <summary>Which delays between attempts an endpoint, or the operator, may set.</summary>
public static class RetryDelays
{
    public const int MaxCount = 30;

    private const int LongestSeconds = 7 * 24 * 60 * 60;

    /// <summary>What makes the delays unusable, as a sentence; null where they are fine: at most 30, each of 1 s to 7 days.</summary>
    public static string? FaultOf(ReadOnlySpan<int> seconds)
    {
        if (FaultOfCount(seconds.Length) is { } tooMany)
            return tooMany;
        foreach (var delay in seconds)
        {
            if (FaultOf(delay) is { } fault)
                return fault;
        }

        return null;
    }

    public static string? FaultOfCount(int retries) => retries > MaxCount ? $"A schedule has at most {MaxCount} retries." : null;

    public static string? FaultOf(int delay) =>
        delay is < 1 or > LongestSeconds ? $"A delay is between 1 and {LongestSeconds} seconds, not {delay}." : null;
}
