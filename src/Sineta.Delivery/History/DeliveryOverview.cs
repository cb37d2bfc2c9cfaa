namespace Sineta.Delivery.History;

/// <summary>How some endpoints did over a time, together, in steps of it.</summary>
public sealed record DeliveryOverview
{
    public required DateTimeOffset From { get; init; }

    public required TimeSpan Step { get; init; }

    public required OutcomeCounts Total { get; init; }

    /// <summary>The total times that half, 95 and 99 of a hundred attempts did not exceed; null where there was none.</summary>
    public required Latency Latency { get; init; }

    /// <summary>Every step, oldest first, those without an attempt too.</summary>
    public required IReadOnlyList<OverviewStep> Steps { get; init; }
}

/// <summary>A step of an overview.</summary>
/// <param name="Backlog">The most deliveries that waited at a time, of those looked at once a minute.</param>
public sealed record OverviewStep(DateTimeOffset At, OutcomeCounts Counts, Latency Latency, long Backlog);

public sealed record Latency(TimeSpan? P50, TimeSpan? P95, TimeSpan? P99);

/// <summary>An endpoint at a glance.</summary>
/// <param name="Open">Deliveries without an end.</param>
/// <param name="LastFailure">The newest attempt that failed, of the last deliveries; null where all went well.</param>
public sealed record EndpointGlance(OutcomeCounts Counts, Latency Latency, long Open, AttemptSummary? LastFailure);
