using Sineta.Delivery.History;
using Sineta.Delivery.Storage;

namespace Sineta.Server.Api;

/// <summary>A replay as the API shows it: what it was asked for, and how far it is.</summary>
public sealed record ReplayBody
{
    public required string Id { get; init; }

    public required string EndpointId { get; init; }

    /// <summary>Empty: every type.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    public required string? Status { get; init; }

    public required DateTimeOffset? From { get; init; }

    public required DateTimeOffset? To { get; init; }

    /// <summary>Deliveries a second.</summary>
    public required int Pace { get; init; }

    /// <summary>running; done, when each event has its delivery, of which some may be open; or cancelled.</summary>
    public required string State { get; init; }

    /// <summary>How many events there were to send when it was made.</summary>
    public required long Total { get; init; }

    /// <summary>Deliveries made so far.</summary>
    public required long Enqueued { get; init; }

    public required long Delivered { get; init; }

    public required long Failed { get; init; }

    /// <summary>Deliveries that wait, are retried or are held.</summary>
    public required long Open { get; init; }

    /// <summary>From 0 to 1: how much has come to an end.</summary>
    public required double Progress { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset? FinishedAt { get; init; }

    internal static ReplayBody Of(Replay replay) => new()
    {
        Id = PublicId.Format(PublicId.Replay, replay.Id),
        EndpointId = PublicId.Format(PublicId.Endpoint, replay.Filter.EndpointId),
        Types = replay.Filter.Slugs,
        Status = replay.Filter.Status,
        From = replay.Filter.From,
        To = replay.Filter.Until,
        Pace = replay.Pace,
        State = replay.State,
        Total = replay.Total,
        Enqueued = replay.Enqueued,
        Delivered = replay.Delivered,
        Failed = replay.Failed,
        Open = replay.Open,
        Progress = replay.Progress,
        CreatedAt = replay.CreatedAt,
        FinishedAt = replay.FinishedAt,
    };
}
