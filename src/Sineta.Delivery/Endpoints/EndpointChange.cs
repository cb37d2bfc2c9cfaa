using Sineta.Events;

namespace Sineta.Delivery.Endpoints;

/// <summary>What became of a change that an endpoint's owner asked for.</summary>
public abstract record EndpointChange
{
    private EndpointChange()
    {
    }

    /// <summary>It is committed, and this node goes by it.</summary>
    public sealed record Made(Endpoint Endpoint) : EndpointChange;

    /// <summary>The institution has no such endpoint.</summary>
    public sealed record Unknown : EndpointChange;

    /// <summary>The settings cannot be; nothing was changed.</summary>
    public sealed record Refused(IReadOnlyList<Fault> Faults) : EndpointChange;

    /// <summary>The endpoint's state does not allow it; the sentence says what to do. Nothing was changed.</summary>
    public sealed record Impossible(string Sentence) : EndpointChange;
}
