namespace Sineta.Delivery.History;

/// <summary>Which events of an institution are asked for; what is null does not matter.</summary>
public sealed record EventFilter
{
    public string? Slug { get; init; }

    public string? Learner { get; init; }

    /// <summary>Accepted at that moment or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Accepted before that moment.</summary>
    public DateTimeOffset? Until { get; init; }
}
