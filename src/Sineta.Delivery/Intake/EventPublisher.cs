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
    public async ValueTask<PublishResult> PublishAsync(
        Institution institution, ReadOnlyMemory<byte> body, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        switch (IntakeReader.Read(body.Span, institution, now))
        {
            case SubmissionReading.Accepted accepted when idempotencyKey is null:
                return ResultOf((await intake.AcceptAsync([MakeEvent(institution, accepted.Submission, now)], cancellationToken))[0]);
            case SubmissionReading.Accepted accepted:
                var keyed = new Keyed(idempotencyKey, accepted.Submission, SHA256.HashData(body.Span));
                return (await PublishAsync(institution, [keyed], now, cancellationToken))[0];
            case SubmissionReading.Refused refused:
                return new PublishResult.Refused(refused.Faults);
            case SubmissionReading.Malformed malformed:
                return new PublishResult.Malformed(malformed.Sentence);
            case var unknown:
                throw new InvalidOperationException($"No reading is a {unknown.GetType()}.");
        }
    }

    /// <summary>Stores every item that can be, also where others cannot. The items' Idempotency-Keys are <c>key#0</c>, <c>key#1</c> and on.</summary>
    public async Task<BatchResult> PublishBatchAsync(
        Institution institution, ReadOnlyMemory<byte> body, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return IntakeReader.ReadBatch(body.Span, institution, now) switch
        {
            BatchReading.Refused refused => new BatchResult.Whole(new PublishResult.Refused(refused.Faults)),
            BatchReading.Malformed malformed => new BatchResult.Whole(new PublishResult.Malformed(malformed.Sentence)),
            BatchReading.Items items => await PublishAsync(institution, items, body, idempotencyKey, now, cancellationToken),
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

    private async Task<BatchResult> PublishAsync(
        Institution institution, BatchReading.Items items, ReadOnlyMemory<byte> body, string? idempotencyKey, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var results = new PublishResult[items.Readings.Count];
        var accepted = new List<Keyed>();
        var places = new List<int>();
        for (var i = 0; i < results.Length; i++)
        {
            var (reading, bytes) = items.Readings[i];
            switch (reading)
            {
                case SubmissionReading.Accepted item:
                    places.Add(i);
                    accepted.Add(idempotencyKey is null
                        ? new Keyed(null, item.Submission, [])
                        : new Keyed(string.Create(CultureInfo.InvariantCulture, $"{idempotencyKey}#{i}"), item.Submission, SHA256.HashData(body.Span[bytes])));
                    break;
                case SubmissionReading.Refused item:
                    results[i] = new PublishResult.Refused(item.Faults);
                    break;
                case SubmissionReading.Malformed item:
                    results[i] = new PublishResult.Malformed(item.Sentence);
                    break;
            }
        }

        var published = await PublishAsync(institution, accepted, now, cancellationToken);
        if (published.FirstOrDefault(r => r is PublishResult.Overloaded) is { } overloaded)
            return new BatchResult.Whole(overloaded);
        for (var i = 0; i < places.Count; i++)
            results[places[i]] = published[i];
        return new BatchResult.Items(results);
    }

    /// <summary>Publishes submissions of which some may have been published before, under the same key.</summary>
    private async Task<PublishResult[]> PublishAsync(
        Institution institution, List<Keyed> submissions, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var keys = submissions.Where(s => s.Key is not null).Select(s => s.Key!).ToArray();
        var remembered = keys.Length > 0 ? await idempotency.FindAsync(institution.Id, keys, cancellationToken) : [];
        var results = submissions.Select(s => s.Key is not null && remembered.TryGetValue(s.Key, out var known) ? AnswerOf(s, known) : null).ToArray();
        var fresh = Enumerable.Range(0, results.Length).Where(i => results[i] is null).ToArray();
        if (fresh.Length > 0)
        {
            var made = await intake.AcceptAsync([.. fresh.Select(i => MakeEvent(institution, submissions[i].Submission, now))], cancellationToken);
            for (var i = 0; i < fresh.Length; i++)
                results[fresh[i]] = ResultOf(made[i]);
            await RememberAsync(institution, [.. fresh.Select(i => (submissions[i], results[i]!))], cancellationToken);
        }

        return results!;
    }

    private async Task RememberAsync(Institution institution, (Keyed Submission, PublishResult Result)[] published, CancellationToken cancellationToken)
    {
        var keys = new Dictionary<string, RememberedKey>(StringComparer.Ordinal);
        foreach (var (submission, result) in published)
        {
            if (submission.Key is not null && IdOf(result) is { } id)
                keys[submission.Key] = new RememberedKey(id, submission.Fingerprint);
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

    private static PublishResult AnswerOf(Keyed submission, RememberedKey known) =>
        CryptographicOperations.FixedTimeEquals(submission.Fingerprint, known.Fingerprint)
            ? new PublishResult.Duplicate(known.EventId)
            : new PublishResult.KeyReused();

    private static Guid? IdOf(PublishResult result) => result switch
    {
        PublishResult.Accepted accepted => accepted.Id,
        PublishResult.Duplicate duplicate => duplicate.Id,
        _ => null,
    };

    private static PublishResult ResultOf(IntakeResult result) => result switch
    {
        IntakeResult.Accepted accepted => new PublishResult.Accepted(accepted.Id, accepted.Deliveries),
        IntakeResult.Duplicate duplicate => new PublishResult.Duplicate(duplicate.Id),
        IntakeResult.Overloaded overloaded => new PublishResult.Overloaded(overloaded.RetryAfter),
        var unknown => throw new InvalidOperationException($"No result is a {unknown.GetType()}."),
    };

    /// <param name="Key">Null where the request has none.</param>
    private sealed record Keyed(string? Key, Submission Submission, byte[] Fingerprint);
}
