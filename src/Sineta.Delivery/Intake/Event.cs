using System.Security.Cryptography;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Intake;

/// <summary>One thing that happened, proven and immutable. The body is exactly what is signed and sent.</summary>
public sealed record Event
{
    /// <summary>From here on a body tells what happened, and no longer when it was told.</summary>
    internal static ReadOnlySpan<byte> DataKey => "\"data\":"u8;

    /// <summary>How the keys of what this program's own platform tells begin: a publisher may number its facts alike.</summary>
    public const string OwnKeyPrefix = "campus/";

    public required long InstitutionId { get; init; }

    /// <summary>A UUIDv7; <c>webhook-id</c> is its public form, the same for every endpoint, retry and replay.</summary>
    public required Guid Id { get; init; }

    public required string Slug { get; init; }

    /// <summary>The business key: within an institution and slug, no two events share it, ever.</summary>
    public required string DedupeKey { get; init; }

    /// <summary>Whose event it is; the order per learner follows it.</summary>
    public string? Learner { get; init; }

    /// <summary>To the microsecond, as PostgreSQL keeps it: a header sent from memory and one sent after a restart are the same.</summary>
    public required DateTimeOffset OccurredAt
    {
        get;
        init => field = value.ToMicrosecond();
    }

    /// <summary>One id for all that one action caused.</summary>
    public required string Correlation { get; init; }

    /// <summary>What caused an enrolment: <c>catalog_card</c>, <c>api</c> …</summary>
    public string? Source { get; init; }

    public required byte[] Body { get; init; }

    /// <summary>SHA-256 of what happened, whenever it was told.</summary>
    internal byte[] HashData() => SHA256.HashData(Body.AsSpan(Math.Max(0, Body.AsSpan().IndexOf(DataKey))));

    /// <summary>Where it is a sample, the endpoint that tries it; null for what really happened.</summary>
    public Guid? OnlyFor { get; init; }
}
