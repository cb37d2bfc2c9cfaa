using Sineta.Events;

namespace Sineta.Delivery.Intake;

/// <summary>What became of one submission.</summary>
public abstract record PublishResult
{
    private PublishResult()
    {
    }

    /// <summary>Committed, with one delivery for each endpoint that takes its type.</summary>
    public sealed record Accepted(Guid Id, int Deliveries) : PublishResult;

    /// <summary>The same fact, or the same request, is on record already, under this id.</summary>
    /// <param name="Differs">Whether the data there are others than these, which nobody gets.</param>
    public sealed record Duplicate(Guid Id, bool Differs) : PublishResult;

    /// <summary>It breaks its contract: every fault is named, and nothing was stored.</summary>
    public sealed record Refused(IReadOnlyList<Fault> Faults) : PublishResult;

    /// <summary>It is not JSON; nothing was stored.</summary>
    public sealed record Malformed(string Sentence) : PublishResult;

    /// <summary>Its Idempotency-Key came before, with another body; nothing was stored.</summary>
    public sealed record KeyReused : PublishResult;

    /// <summary>Not known to be stored: publish again, under the same key, after a while.</summary>
    public sealed record Overloaded(TimeSpan RetryAfter) : PublishResult;
}

/// <summary>What became of a batch: of each item, or of the whole.</summary>
public abstract record BatchResult
{
    private BatchResult()
    {
    }

    /// <summary>One result for each item, in their order.</summary>
    public sealed record Items(IReadOnlyList<PublishResult> Results) : BatchResult;

    /// <summary>No item was looked at, for this reason: refused, malformed or overloaded.</summary>
    public sealed record Whole(PublishResult Result) : BatchResult;
}
