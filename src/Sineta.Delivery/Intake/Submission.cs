using Sineta.Events;

namespace Sineta.Delivery.Intake;

/// <summary>What a publisher submitted, proven; what it left out is null.</summary>
public sealed record Submission(
    EventDocument Document, DateTimeOffset? OccurredAt, string? DedupeKey, string? Learner, string? Correlation, string? Source);

/// <summary>What came of reading a submission.</summary>
public abstract record SubmissionReading
{
    private SubmissionReading()
    {
    }

    public sealed record Accepted(Submission Submission) : SubmissionReading;

    /// <summary>It is JSON, but not a submission that can be taken. Every fault is named, by JSON pointer.</summary>
    public sealed record Refused(IReadOnlyList<Fault> Faults) : SubmissionReading;

    /// <summary>It is not JSON; the sentence says where it breaks.</summary>
    public sealed record Malformed(string Sentence) : SubmissionReading;
}

/// <summary>What came of reading a batch.</summary>
public abstract record BatchReading
{
    private BatchReading()
    {
    }

    /// <summary>Its items, in their order, each with the bytes that it stands in.</summary>
    public sealed record Items(IReadOnlyList<(SubmissionReading Reading, Range Bytes)> Readings) : BatchReading;

    /// <summary>It is no batch, and none of its items was looked at.</summary>
    public sealed record Refused(IReadOnlyList<Fault> Faults) : BatchReading;

    /// <summary>It is not JSON; the sentence says where it breaks.</summary>
    public sealed record Malformed(string Sentence) : BatchReading;
}
