using Sineta.Delivery.Storage;

namespace Sineta.Delivery.History;

/// <summary>A durable job that sends events to an endpoint again, or for the first time, and how far it has come.</summary>
public sealed record Replay
{
    public required Guid Id { get; init; }

    public required ReplayFilter Filter { get; init; }

    /// <summary>Deliveries a second.</summary>
    public required int Pace { get; init; }

    public required string State { get; init; }

    /// <summary>How many events there were to be sent when it was made.</summary>
    public required long Total { get; init; }

    /// <summary>Deliveries made so far.</summary>
    public required long Enqueued { get; init; }

    /// <summary>Those of them without an end yet.</summary>
    public required long Open { get; init; }

    public required long Delivered { get; init; }

    public required long Failed { get; init; }

    public required DateTimeOffset? FinishedAt { get; init; }

    public DateTimeOffset CreatedAt => IdGenerator.TimeOf(Id);

    /// <summary>How much of it has come to an end, from 0 to 1.</summary>
    public double Progress
    {
        get
        {
            var all = State == ReplayState.Done ? Enqueued : Math.Max(Total, Enqueued);
            return all == 0 ? (State == ReplayState.Running ? 0 : 1) : (double)(Enqueued - Open) / all;
        }
    }
}

public static class ReplayState
{
    public const string Running = "running";

    /// <summary>Every event has its delivery; some of these may still be open.</summary>
    public const string Done = "done";

    public const string Cancelled = "cancelled";
}

/// <summary>Which events are sent again.</summary>
/// <param name="Slugs">Their types; empty: every type.</param>
/// <param name="Status">Only those whose last delivery to the endpoint ended so; null: every event, delivered there before or not.</param>
/// <param name="From">Only what happened then or later.</param>
/// <param name="Until">Only what happened before.</param>
public sealed record ReplayFilter(
    Guid EndpointId, IReadOnlyList<string> Slugs, string? Status, DateTimeOffset? From, DateTimeOffset? Until);
