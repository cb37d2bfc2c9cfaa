using System.Globalization;
using System.Security.Cryptography;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Events;

namespace Sineta.Delivery.Intake;

/// <summary>
/// Publishes what the API was given: 1. read, every fault at once, 2. ask what is remembered of the Idempotency-Key, 3. make the event,
/// 4. have it committed, 5. remember the key.
/// </summary>
public sealed class EventPublisher(EventIntake intake, IdempotencyStore idempotency, IdGenerator ids, TimeProvider time)
{
    /// <param name="idempotencyKey">Null where the request has none.</param>
    public async ValueTask<PublishResult> PublishAsync(
        Institution institution, ReadOnlyMemory<byte> body, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        switch (IntakeReader.Read(body.Span, institution, now))
        {
            case SubmissionReading.Accepted { Submission: var submission } when idempotencyKey is null:
                return ResultOf((await intake.AcceptAsync([MakeEvent(institution, submission, now)], cancellationToken))[0]);
            case SubmissionReading.Accepted { Submission: var submission }:
                var request = new Request(submission, idempotencyKey, SHA256.HashData(body.Span));
                return (await PublishOnceAsync(institution, [request], now, cancellationToken))[0];
            case var refusal:
                return ResultOf(refusal);
        }
    }

    /// <summary>
    /// Stores every item that can be, also where others cannot. The items' Idempotency-Keys are <c>key#0</c>, <c>key#1</c> and on.
    /// </summary>
    public async Task<BatchResult> PublishBatchAsync(
        Institution institution, ReadOnlyMemory<byte> body, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return IntakeReader.ReadBatch(body.Span, institution, now) switch
        {
            BatchReading.Items items => await PublishItemsAsync(institution, body, items.Readings, idempotencyKey, now, cancellationToken),
            BatchReading.Refused refused => new BatchResult.Whole(new PublishResult.Refused(refused.Faults)),
            BatchReading.Malformed malformed => new BatchResult.Whole(new PublishResult.Malformed(malformed.Sentence)),
            var unknown => throw new InvalidOperationException($"No reading is a {unknown.GetType()}."),
        };
    }

    /// <summary>Sends a type's sample to one endpoint alone, as an event that happens now.</summary>
    public async Task<PublishResult> PublishSampleAsync(
        Institution institution, EventType type, Guid endpointId, CancellationToken cancellationToken)
    {
        var sample = ((EventReading.Accepted)EventReader.ReadBody(type.Sample.Span)).Document;
        var id = ids.Next();
        var now = time.GetUtcNow();
        var happened = new Event
        {
            InstitutionId = institution.Id,
            Id = id,
            Slug = type.Slug,
            DedupeKey = $"test:{id:N}",
            OccurredAt = now,
            Correlation = PublicId.Format(PublicId.Event, id),
            Body = sample.ToBody(institution.Clock.ToLocal(now)),
            OnlyFor = endpointId,
        };
        return ResultOf((await intake.AcceptAsync([happened], cancellationToken))[0]);
    }

    private async Task<BatchResult> PublishItemsAsync(
        Institution institution, ReadOnlyMemory<byte> body, IReadOnlyList<(SubmissionReading Reading, Range Bytes)> items,
        string? idempotencyKey, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var results = new PublishResult?[items.Count];
        var requests = new List<Request>(items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Reading is not SubmissionReading.Accepted accepted)
                results[i] = ResultOf(items[i].Reading);
            else if (idempotencyKey is null)
                requests.Add(new Request(accepted.Submission, Key: null, Fingerprint: []));
            else
                requests.Add(new Request(
                    accepted.Submission, string.Create(CultureInfo.InvariantCulture, $"{idempotencyKey}#{i}"),
                    SHA256.HashData(body.Span[items[i].Bytes])));
        }

        var published = await PublishOnceAsync(institution, requests, now, cancellationToken);
        if (Array.Find(published, static r => r is PublishResult.Overloaded) is { } overloaded)
            return new BatchResult.Whole(overloaded);
        var next = 0;
        return new BatchResult.Items([.. results.Select(result => result ?? published[next++])]);
    }

    /// <summary>Publishes what was not published before under its key.</summary>
    private async Task<PublishResult[]> PublishOnceAsync(
        Institution institution, IReadOnlyList<Request> requests, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var results = await RecallAsync(institution, requests, cancellationToken);
        int[] fresh = [.. Enumerable.Range(0, requests.Count).Where(i => results[i] is null)];
        if (fresh.Length > 0)
        {
            Event[] events = [.. fresh.Select(i => MakeEvent(institution, requests[i].Submission, now))];
            var stored = await intake.AcceptAsync(events, cancellationToken);
            for (var i = 0; i < fresh.Length; i++)
                results[fresh[i]] = ResultOf(stored[i]);
            await RememberAsync(institution, fresh.Select(i => (requests[i], results[i]!)), cancellationToken);
        }

        return results!;
    }

    private async Task<PublishResult?[]> RecallAsync(
        Institution institution, IReadOnlyList<Request> requests, CancellationToken cancellationToken)
    {
        var results = new PublishResult?[requests.Count];
        string[] keys = [.. requests.Where(r => r.Key is not null).Select(r => r.Key!)];
        if (keys.Length == 0)
            return results;
        var remembered = await idempotency.FindAsync(institution.Id, keys, cancellationToken);
        for (var i = 0; i < results.Length; i++)
        {
            if (remembered.TryGetValue(requests[i].Key!, out var known))
                results[i] = requests[i].Fingerprint.AsSpan().SequenceEqual(known.Fingerprint)
                    ? new PublishResult.Duplicate(known.EventId, Differs: false) : new PublishResult.KeyReused();
        }

        return results;
    }

    private async Task RememberAsync(
        Institution institution, IEnumerable<(Request Request, PublishResult Result)> published, CancellationToken cancellationToken)
    {
        var keys = new Dictionary<string, RememberedKey>(StringComparer.Ordinal);
        foreach (var (request, result) in published)
        {
            if (request.Key is not null && IdOf(result) is { } id)
                keys[request.Key] = new RememberedKey(id, request.Fingerprint);
        }

        if (keys.Count > 0)
            await idempotency.RememberAsync(institution.Id, keys, cancellationToken);
    }

    private Event MakeEvent(Institution institution, Submission submission, DateTimeOffset now)
    {
        var id = ids.Next();
        var document = submission.Document;
        var occurredAt = submission.OccurredAt ?? now;
        return new Event
        {
            InstitutionId = institution.Id,
            Id = id,
            Slug = document.Type.Slug,
            DedupeKey = submission.DedupeKey ?? document.DedupeKey,
            Learner = submission.Learner ?? document.UserId.ToString(CultureInfo.InvariantCulture),
            OccurredAt = occurredAt,
            Correlation = submission.Correlation ?? PublicId.Format(PublicId.Event, id),
            Source = submission.Source,
            Body = document.ToBody(institution.Clock.ToLocal(occurredAt)),
        };
    }

    private static Guid? IdOf(PublishResult result) => result switch
    {
        PublishResult.Accepted accepted => accepted.Id,
        PublishResult.Duplicate duplicate => duplicate.Id,
        _ => null,
    };

    private static PublishResult ResultOf(SubmissionReading reading) => reading switch
    {
        SubmissionReading.Refused refused => new PublishResult.Refused(refused.Faults),
        SubmissionReading.Malformed malformed => new PublishResult.Malformed(malformed.Sentence),
        _ => throw new InvalidOperationException($"A {reading.GetType()} is no refusal."),
    };

    private static PublishResult ResultOf(IntakeResult result) => result switch
    {
        IntakeResult.Accepted accepted => new PublishResult.Accepted(accepted.Id, accepted.Deliveries),
        IntakeResult.Duplicate duplicate => new PublishResult.Duplicate(duplicate.Id, duplicate.Differs),
        IntakeResult.Overloaded overloaded => new PublishResult.Overloaded(overloaded.RetryAfter),
        _ => throw new InvalidOperationException($"No result is a {result.GetType()}."),
    };

    /// <param name="Key">Its Idempotency-Key; null where it has none.</param>
    private sealed record Request(Submission Submission, string? Key, byte[] Fingerprint);
}
