using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Sineta.Delivery.History;

/// <summary>A replay as its owner asks for it: <see cref="ReplayRules"/> say whether it can be.</summary>
public sealed record ReplayDraft
{
    /// <summary>Where the events go.</summary>
    [Required]
    public string? EndpointId { get; init; }

    /// <summary>The types to be sent; those that the endpoint takes where none are given.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>
    /// <c>delivered</c> or <c>failed</c>: only events whose last delivery to the endpoint ended so. Without it every event is sent, whether
    /// it went there before or not.
    /// </summary>
    [AllowedValues(StatusDelivered, StatusFailed)]
    public string? Status { get; init; }

    /// <summary>Only what occurred then or later: RFC 3339, or <c>yyyy-MM-dd HH:mm:ss</c> in the institution's time zone.</summary>
    public string? From { get; init; }

    /// <summary>Only what occurred before.</summary>
    public string? To { get; init; }

    /// <summary>Deliveries a second, at most.</summary>
    [DefaultValue(100), Range(1, 10_000)]
    public int Pace { get; init; } = 100;

    /// <summary>Only counts what would be sent.</summary>
    public bool DryRun { get; init; }

    internal const string StatusDelivered = "delivered";
    internal const string StatusFailed = "failed";
}
