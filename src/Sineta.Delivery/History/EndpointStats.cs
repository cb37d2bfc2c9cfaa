namespace Sineta.Delivery.History;

/// <summary>How an endpoint did of late, counted by attempts.</summary>
public sealed record EndpointStats
{
    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset Until { get; init; }

    public required OutcomeCounts Total { get; init; }

    /// <summary>The total time that half of the attempts did not exceed; null where there was none.</summary>
    public required TimeSpan? P50 { get; init; }

    public required TimeSpan? P95 { get; init; }

    public required TimeSpan? P99 { get; init; }

    /// <summary>The same span in steps, oldest first; a step without an attempt is left out.</summary>
    public required IReadOnlyList<(DateTimeOffset At, OutcomeCounts Counts)> Series { get; init; }

    /// <summary>Deliveries without an end.</summary>
    public required long Open { get; init; }
}

/// <summary>Attempts by what came of them.</summary>
public sealed record OutcomeCounts(long Delivered, long Refused, long Unreachable)
{
    public static OutcomeCounts operator +(OutcomeCounts left, OutcomeCounts right) => new(
        left.Delivered + right.Delivered, left.Refused + right.Refused, left.Unreachable + right.Unreachable);

    public long Attempts => Delivered + Refused + Unreachable;

    /// <summary>The delivered ones' share, 0 to 1; null where there was no attempt.</summary>
    public double? SuccessRate => Attempts == 0 ? null : (double)Delivered / Attempts;
}
