using Sineta.Events;

namespace Sineta.Delivery.Endpoints;

/// <summary>A destination of one institution's events, as configured now. Immutable: a change makes a new one with a higher version.</summary>
public sealed record Endpoint
{
    public required long InstitutionId { get; init; }

    public required Guid Id { get; init; }

    /// <summary>Grows with each change of what is sent or where: an attempt names the revision it used.</summary>
    public required int Revision { get; init; }

    public required Uri Url { get; init; }

    public string? Description { get; init; }

    /// <summary>Slugs; empty means every type.</summary>
    public required IReadOnlyList<string> EventTypes { get; init; }

    public required EndpointStatus Status { get; init; }

    /// <summary>Why it is disabled, in a sentence for its owner.</summary>
    public string? StatusReason { get; init; }

    /// <summary>A learner's later events wait until the earlier ones have ended.</summary>
    public required bool OrderedPerLearner { get; init; }

    /// <summary>Bodies are sent with the CPF masked, and signed as sent.</summary>
    public required bool MaskCpf { get; init; }

    public required int MaxInFlight { get; init; }

    /// <summary>Attempts started per second, at most; null is no limit.</summary>
    public int? RatePerSecond { get; init; }

    /// <summary>A whole attempt, from name resolution to the last byte read.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Delays between attempts; null is the default schedule.</summary>
    public IReadOnlyList<TimeSpan>? RetrySchedule { get; init; }

    /// <summary>The owner's own request headers.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>Newest first; a rotated one stays until it expires.</summary>
    public required IReadOnlyList<EndpointSecret> Secrets { get; init; }

    public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>Since when there has been nothing but failure; null while it works.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whether deliveries leave for it now, and so whether it can be tried.</summary>
    public bool IsSentTo => Status == EndpointStatus.Active;

    public bool Takes(string slug) => EventTypes.Count == 0 || EventTypes.Contains(slug);

    /// <summary>The secrets that sign at a moment: the current one, and those rotated out lately.</summary>
    public WebhookSecret[] SecretsAt(DateTimeOffset moment) => Secrets is [{ ExpiresAt: null } only]
        ? [only.Secret]
        : [.. from secret in Secrets where secret.ExpiresAt is null || secret.ExpiresAt > moment select secret.Secret];
}

/// <summary>A signing secret, in force until it expires; null is the current one.</summary>
public sealed record EndpointSecret(Guid Id, WebhookSecret Secret, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);

/// <summary>Only an active endpoint is sent to. Deliveries for any other are held, except for a deleted one, whose deliveries have failed.</summary>
public enum EndpointStatus
{
    Unverified,
    Active,
    Paused,
    Disabled,
    Deleted,
}
