namespace Sineta.Events;

/// <summary>What came of reading an event: proven, or refused with everything that is wrong with it.</summary>
public abstract record EventReading
{
    private EventReading() { }

    /// <summary>The event keeps its contract.</summary>
    /// <param name="Document">The proven event.</param>
    public sealed record Accepted(EventDocument Document) : EventReading;

    /// <summary>The event breaks its contract.</summary>
    /// <param name="Faults">Every fault, in the order met; never empty, at most 1,000 of them.</param>
    public sealed record Refused(IReadOnlyList<Fault> Faults) : EventReading;
}
