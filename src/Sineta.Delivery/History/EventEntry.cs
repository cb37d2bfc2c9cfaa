using Sineta.Delivery.Storage;

namespace Sineta.Delivery.History;

/// <summary>An event as the log lists it, without its body.</summary>
public sealed record EventEntry(
    Guid Id, string Slug, string DedupeKey, string? Learner, DateTimeOffset OccurredAt, string Correlation, string? Source)
{
    public DateTimeOffset AcceptedAt => IdGenerator.TimeOf(Id);
}
