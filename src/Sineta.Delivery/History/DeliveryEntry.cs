using Sineta.Delivery.Storage;

namespace Sineta.Delivery.History;

/// <summary>A delivery as the log shows it: one event for one endpoint, and how it stands.</summary>
public sealed record DeliveryEntry
{
    public required Guid Id { get; init; }

    public required Guid EventId { get; init; }

    public required Guid EndpointId { get; init; }

    public required string Slug { get; init; }

    public required string? Learner { get; init; }

    /// <summary>event, resend, replay or test.</summary>
    public required string Cause { get; init; }

    public required Guid? ReplayId { get; init; }

    public required DeliveryStatus Status { get; init; }

    /// <summary>How many HTTP calls were made for it.</summary>
    public required int Attempts { get; init; }

    /// <summary>When it is tried next, at the earliest; null once it has ended.</summary>
    public required DateTimeOffset? NextAt { get; init; }

    /// <summary>What came of the last attempt; null where none was made yet.</summary>
    public required AttemptSummary? Last { get; init; }

    public DateTimeOffset CreatedAt => IdGenerator.TimeOf(Id);
}

/// <summary>What came of an attempt.</summary>
/// <param name="Outcome">delivered, refused, unreachable; abandoned where the delivery ended without a call.</param>
/// <param name="Problem">What went wrong, as a sentence.</param>
/// <param name="Status">The HTTP status, where an answer came.</param>
/// <param name="TotalMicroseconds">Null where no call was made.</param>
public sealed record AttemptSummary(DateTimeOffset StartedAt, string Outcome, string? Problem, int? Status, int? TotalMicroseconds);

/// <summary>How a delivery stands.</summary>
public enum DeliveryStatus
{
    /// <summary>To be sent, or to be tried again.</summary>
    Pending,

    /// <summary>To be sent once its endpoint is active again.</summary>
    Held,

    /// <summary>Answered 2xx.</summary>
    Delivered,

    /// <summary>Ended without that; it can be resent.</summary>
    Failed,
}
