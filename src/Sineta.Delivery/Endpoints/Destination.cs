namespace Sineta.Delivery.Endpoints;

/// <summary>What <see cref="DestinationRules"/> say of a URL.</summary>
public abstract record Destination
{
    private Destination() { }

    /// <summary>The URL may be tried: its host in lower case and in punycode, its path escaped.</summary>
    public sealed record Accepted(Uri Url) : Destination;

    /// <summary>Every fault of the URL, at least one.</summary>
    public sealed record Refused(IReadOnlyList<DestinationFault> Faults) : Destination;
}

/// <summary>One fault of a URL: a stable code in snake_case, and a sentence for whoever typed it.</summary>
public sealed record DestinationFault(string Code, string Sentence);
