namespace Sineta.Delivery.History;

/// <summary>Which deliveries of an institution are asked for; what is null does not matter.</summary>
public sealed record DeliveryFilter
{
    public Guid? EndpointId { get; init; }

    /// <summary>The type of the event.</summary>
    public string? Slug { get; init; }

    public DeliveryStatus? Status { get; init; }

    /// <summary>Whose event it is.</summary>
    public string? Learner { get; init; }

    public Guid? EventId { get; init; }

    /// <summary>Made at that moment or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Made before that moment.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>How long is searched for matches, where there are few, before a page ends early; half a second unless set.</summary>
    public TimeSpan Patience { get; init; } = WindowedSearch.Patience;

    /// <summary>Whether any row may be left out within the time asked for.</summary>
    internal bool Selects => EndpointId is not null || Slug is not null || Status is not null || Learner is not null;
}
