namespace Sineta.Receiver;

/// <summary>
/// Remembers which events were handled, so that an attempt made again, or a replay, is not handled twice. Derive from it to keep that in
/// a database or in Redis, which several instances of a receiver need: they share what they remember.
/// </summary>
/// <remarks>
/// Each path needs a memory of its own. An event has the same id wherever it goes, so of two paths with one memory the second to get it
/// would take it for handled, and pass it over.
/// </remarks>
public abstract class HandledEvents
{
    /// <summary>
    /// Takes an event for handling, if nobody else has: of many calls at once for one id exactly one is answered
    /// <see cref="Claim.Taken"/>. A store that outlives its process should let a claim lapse after a few minutes, for the process that
    /// dies between claiming and completing.
    /// </summary>
    public abstract ValueTask<Claim> ClaimAsync(string eventId, CancellationToken cancellationToken);

    /// <summary>The event was handled: from now on every claim is answered <see cref="Claim.Done"/>.</summary>
    public abstract ValueTask CompleteAsync(string eventId, CancellationToken cancellationToken);

    /// <summary>The event was not handled after all: the next claim is to be <see cref="Claim.Taken"/>.</summary>
    public abstract ValueTask ReleaseAsync(string eventId, CancellationToken cancellationToken);
}

/// <summary>Whether an event may be handled.</summary>
public enum Claim
{
    /// <summary>It may: it is the caller's now, to complete or to release.</summary>
    Taken,

    /// <summary>It is being handled right now, and may yet fail: it must not be acknowledged.</summary>
    InProgress,

    /// <summary>It was handled before.</summary>
    Done,
}
