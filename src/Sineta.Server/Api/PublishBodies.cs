using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;
using Sineta.Events;

namespace Sineta.Server.Api;

/// <summary>An event to be published.</summary>
/// <remarks>It is only described by this: <see cref="IntakeReader"/> reads it from the bytes.</remarks>
public sealed record SubmissionBody
{
    /// <summary>Which of the five events it is: its slug.</summary>
    [Required]
    public required string Type { get; init; }

    /// <summary>What happened, exactly as the type's data_schema has it.</summary>
    [Required]
    public required JsonElement Data { get; init; }

    /// <summary>When: RFC 3339 with an offset, or yyyy-MM-dd HH:mm:ss in the institution's time zone. Now, where it is not given.</summary>
    public string? OccurredAt { get; init; }

    /// <summary>The fact's own key: two events with the same never exist. Made of the data where it is not given.</summary>
    [MaxLength(255)]
    public string? DedupeKey { get; init; }

    /// <summary>Whose event it is, for endpoints that keep order per learner. data.user.id where it is not given.</summary>
    [MaxLength(255)]
    public string? Learner { get; init; }

    /// <summary>One id for all that one action caused. The event's own id where it is not given.</summary>
    [MaxLength(128)]
    public string? Correlation { get; init; }

    /// <summary>How it came about.</summary>
    [MaxLength(64)]
    public string? Source { get; init; }
}

public sealed record BatchRequest(
    [property: Required, MinLength(1), MaxLength(IntakeReader.MaxBatch)] IReadOnlyList<SubmissionBody> Events);

/// <param name="Deliveries">How many endpoints get it.</param>
public sealed record AcceptedBody(string Id, int Deliveries);

/// <param name="Id">The first event's.</param>
/// <param name="Differs">Whether that event has other data than these, which are sent to nobody: the dedupe_key may be too coarse.</param>
public sealed record DuplicateBody(string Id, bool Duplicate, bool Differs);

/// <param name="Results">One for each item, in their order.</param>
public sealed record BatchBody(int Accepted, int Duplicates, int Refused, IReadOnlyList<BatchItemBody> Results)
{
    internal static BatchBody Of(IReadOnlyList<PublishResult> results)
    {
        var items = new BatchItemBody[results.Count];
        var (accepted, duplicates) = (0, 0);
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = BatchItemBody.Of(results[i], i);
            accepted += results[i] is PublishResult.Accepted ? 1 : 0;
            duplicates += results[i] is PublishResult.Duplicate ? 1 : 0;
        }

        return new(accepted, duplicates, items.Length - accepted - duplicates, items);
    }
}

/// <summary>What became of one item of a batch: what it would have been answered on its own.</summary>
public sealed record BatchItemBody
{
    /// <summary>202 accepted, 200 a duplicate, 422 or 400 refused, 409 its Idempotency-Key came before with another body.</summary>
    public required int Status { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Deliveries { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Duplicate { get; init; }

    /// <summary>Of a duplicate, whether the first event has other data.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Differs { get; init; }

    /// <summary>Every fault, by JSON pointer into the batch.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Fault>? Errors { get; init; }

    internal static BatchItemBody Of(PublishResult result, int index) => result switch
    {
        PublishResult.Accepted accepted =>
            new() { Status = 202, Id = PublicId.Format(PublicId.Event, accepted.Id), Deliveries = accepted.Deliveries },
        PublishResult.Duplicate duplicate =>
            new() { Status = 200, Id = PublicId.Format(PublicId.Event, duplicate.Id), Duplicate = true, Differs = duplicate.Differs },
        PublishResult.Refused refused => new() { Status = 422, Errors = refused.Faults },
        PublishResult.Malformed malformed => new() { Status = 400, Errors = [new($"/events/{index}", malformed.Sentence)] },
        _ => new() { Status = 409, Errors = [new($"/events/{index}", "Its Idempotency-Key came before, with another event.")] },
    };
}
