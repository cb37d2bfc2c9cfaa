using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Sineta.Delivery.Endpoints;

/// <summary>What an endpoint's owner sets.</summary>
/// <remarks>As they typed it: <see cref="EndpointRules"/> say whether it can be.</remarks>
public sealed record EndpointDraft
{
    /// <summary>Where deliveries are posted to: https, at most 2,048 characters, no credentials, no fragment, a public address.</summary>
    [Required]
    public string? Url { get; init; }

    /// <summary>For its owner's own eyes, at most 255 characters.</summary>
    public string? Description { get; init; }

    /// <summary>The slugs that it wants; empty is every type.</summary>
    public IReadOnlyList<string> EventTypes { get; init; } = [];

    /// <summary><c>none</c>, or <c>per_learner</c>: a learner's later events wait until the earlier ones have ended.</summary>
    [DefaultValue(OrderingNone), AllowedValues(OrderingNone, OrderingPerLearner)]
    public string Ordering { get; init; } = OrderingNone;

    /// <summary><c>full</c>, or <c>masked</c>: the CPF goes out as XXX.XXX.XXX-XX.</summary>
    [DefaultValue(CpfFull), AllowedValues(CpfFull, CpfMasked)]
    public string Cpf { get; init; } = CpfFull;

    /// <summary>Attempts at a time.</summary>
    [DefaultValue(16), Range(1, 512)]
    public int MaxInFlight { get; init; } = 16;

    /// <summary>Attempts started a second; null is no limit.</summary>
    [Range(1, 10_000)]
    public int? RatePerSecond { get; init; }

    /// <summary>Seconds for a whole attempt, from name resolution to the answer's last byte.</summary>
    [DefaultValue(15), Range(1, 30)]
    public int TimeoutSeconds { get; init; } = 15;

    /// <summary>
    /// Seconds before each retry, at most 30 of them, each 1 to 604,800; null is the default schedule, empty is no retry.
    /// </summary>
    public IReadOnlyList<int>? RetrySchedule { get; init; }

    /// <summary>At most 20 headers of the owner's own, an <c>Authorization</c> for instance.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    internal const string OrderingNone = "none";
    internal const string OrderingPerLearner = "per_learner";
    internal const string CpfFull = "full";
    internal const string CpfMasked = "masked";

    /// <summary>What is set now.</summary>
    public static EndpointDraft Of(Endpoint endpoint) => new()
    {
        Url = endpoint.Url.AbsoluteUri,
        Description = endpoint.Description,
        EventTypes = endpoint.EventTypes,
        Ordering = endpoint.OrderedPerLearner ? OrderingPerLearner : OrderingNone,
        Cpf = endpoint.MaskCpf ? CpfMasked : CpfFull,
        MaxInFlight = endpoint.MaxInFlight,
        RatePerSecond = endpoint.RatePerSecond,
        TimeoutSeconds = (int)endpoint.Timeout.TotalSeconds,
        RetrySchedule = endpoint.RetrySchedule is { } delays ? [.. delays.Select(d => (int)d.TotalSeconds)] : null,
        Headers = endpoint.Headers,
    };
}
