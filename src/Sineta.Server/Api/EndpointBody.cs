using System.Text.Json.Serialization;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Storage;
using Endpoint = Sineta.Delivery.Endpoints.Endpoint;

namespace Sineta.Server.Api;

/// <summary>An endpoint as the API shows it: what its owner set, and how it is.</summary>
public sealed record EndpointBody
{
    private const string Hidden = "***";

    public required string Id { get; init; }

    public required string Url { get; init; }

    public required string? Description { get; init; }

    /// <summary>Empty: every type.</summary>
    public required IReadOnlyList<string> EventTypes { get; init; }

    /// <summary>unverified, active, paused or disabled. Only an active one is sent to; for the others deliveries are held.</summary>
    public required string Status { get; init; }

    /// <summary>Why it is disabled, or why it could not be verified.</summary>
    public required string? StatusReason { get; init; }

    public required EndpointVerificationBody Verification { get; init; }

    public required string Ordering { get; init; }

    public required string Cpf { get; init; }

    public required int MaxInFlight { get; init; }

    public required int? RatePerSecond { get; init; }

    public required int TimeoutSeconds { get; init; }

    public required IReadOnlyList<int>? RetrySchedule { get; init; }

    /// <summary>The values only for keys that may change them; <c>***</c> for others, as they may be secrets.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>Grows with each change of the url, the headers or cpf.</summary>
    public required int Revision { get; init; }

    /// <summary>When the signing secrets in force were made, and until when the old ones sign.</summary>
    public required IReadOnlyList<EndpointSecretBody> Secrets { get; init; }

    public required DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>Since when there has been nothing but failure.</summary>
    public required DateTimeOffset? FailingSince { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The signing secret: only in the answer that made it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }

    /// <summary>How many deliveries waited: only in the answer to a resume.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Held { get; init; }

    internal static EndpointBody Of(Endpoint endpoint, bool showHeaders, DateTimeOffset now)
    {
        var draft = EndpointDraft.Of(endpoint);
        return new()
        {
            Id = PublicId.Format(PublicId.Endpoint, endpoint.Id),
            Url = draft.Url!,
            Description = draft.Description,
            EventTypes = draft.EventTypes,
            Status = endpoint.Status.ToString().ToLowerInvariant(),
            StatusReason = endpoint.StatusReason,
            Verification = EndpointVerificationBody.Of(endpoint, problem: null),
            Ordering = draft.Ordering,
            Cpf = draft.Cpf,
            MaxInFlight = draft.MaxInFlight,
            RatePerSecond = draft.RatePerSecond,
            TimeoutSeconds = draft.TimeoutSeconds,
            RetrySchedule = draft.RetrySchedule,
            Headers = showHeaders ? draft.Headers : draft.Headers.ToDictionary(h => h.Key, _ => Hidden),
            Revision = endpoint.Revision,
            Secrets =
            [
                .. from secret in endpoint.Secrets
                   where secret.ExpiresAt is null || secret.ExpiresAt > now
                   select new EndpointSecretBody(secret.CreatedAt, secret.ExpiresAt),
            ],
            VerifiedAt = endpoint.VerifiedAt,
            FailingSince = endpoint.FailingSince,
            CreatedAt = endpoint.CreatedAt,
            UpdatedAt = endpoint.UpdatedAt,
        };
    }
}

/// <param name="Status">verified; failed, where it was asked and did not prove itself; or pending, where it was not asked yet.</param>
/// <param name="Problem">What its owner has to do.</param>
public sealed record EndpointVerificationBody(string Status, string? Problem)
{
    internal static EndpointVerificationBody Of(Endpoint endpoint, string? problem)
    {
        if (endpoint.VerifiedAt is not null)
            return new("verified", Problem: null);
        var known = problem ?? (endpoint.Status == EndpointStatus.Unverified ? endpoint.StatusReason : null);
        return new(known is null ? "pending" : "failed", known);
    }
}

/// <param name="ExpiresAt">Null for the current one.</param>
public sealed record EndpointSecretBody(DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);
