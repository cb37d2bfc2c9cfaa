using System.Collections.Frozen;
using System.Globalization;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;
using Sineta.Events;

namespace Sineta.Delivery.Dispatch;

/// <summary>An event as it goes out, written once for all its endpoints: its body, and the headers that depend on it alone.</summary>
public sealed class RenderedEvent
{
    // What GET /v1/event-types/{slug} answers with is known by this name wherever the server is reached.
    private static readonly FrozenDictionary<string, string> Schemas =
        EventTypes.All.ToFrozenDictionary(static type => type.Slug, static type => $"urn:sineta:schema:{type.Slug}");

    private byte[]? _masked;

    /// <param name="id">Its public id, <c>evt_…</c>.</param>
    /// <param name="slug">Its type.</param>
    /// <param name="body">The bytes that were stored, which are sent and signed as they are.</param>
    /// <param name="occurredAt">When it happened, with the institution's offset.</param>
    /// <param name="dedupeKey">Its business key; null for an operational event.</param>
    /// <param name="correlation">One id for all that one action caused.</param>
    /// <param name="source">How an enrolment came about; null for other types.</param>
    /// <param name="subject">Whom or what it is about, <c>ce-subject</c>; null where it is about nobody in particular.</param>
    /// <param name="dataSchema">The URL of its type's JSON Schema; null where the server knows no address of its own.</param>
    /// <param name="isTest">Whether it never happened: a sample sent to try the endpoint.</param>
    public RenderedEvent(
        string id, string slug, byte[] body, DateTimeOffset occurredAt,
        string? dedupeKey, string correlation, string? source = null, string? subject = null, string? dataSchema = null,
        bool isTest = false)
    {
        Id = id;
        Body = body;
        Headers = HeadersOf([
            new(WebhookHeaders.Id, id),
            new(WebhookHeaders.CloudEventId, id),
            new(WebhookHeaders.CloudEventType, slug),
            new(WebhookHeaders.CloudEventSubject, Encoded(subject)),
            new(WebhookHeaders.CloudEventTime, Rfc3339(occurredAt)),
            new(WebhookHeaders.CloudEventDataSchema, dataSchema),
            new(WebhookHeaders.Event, slug),
            new(WebhookHeaders.DedupeKey, Encoded(dedupeKey)),
            new(WebhookHeaders.Correlation, Encoded(correlation)),
            new(WebhookHeaders.Source, Encoded(source)),
            new(WebhookHeaders.Test, isTest ? "true" : null),
        ]);
    }

    /// <summary>An event as it goes out for one cause, whether it is about to be sent or is shown as it was.</summary>
    public static RenderedEvent Of(Event happened, string cause, InstitutionClock clock) => new(
        PublicId.Format(PublicId.Event, happened.Id), happened.Slug, happened.Body, clock.ToZoned(happened.OccurredAt), happened.DedupeKey,
        happened.Correlation, happened.Source, happened.Learner, Schemas.GetValueOrDefault(happened.Slug), isTest: cause == DeliveryCause.Test);

    public string Id { get; }

    public byte[] Body { get; }

    internal KeyValuePair<string, string>[] Headers { get; }

    /// <summary>The body as an endpoint gets it.</summary>
    internal byte[] BodyFor(bool maskCpf) => maskCpf ? _masked ??= CpfMask.Mask(Body) ?? Body : Body;

    // The one format that is fast, less the fraction where there is none.
    private static string Rfc3339(DateTimeOffset moment)
    {
        var text = moment.ToString("O", CultureInfo.InvariantCulture);
        return moment.Ticks % TimeSpan.TicksPerSecond == 0 ? string.Concat(text.AsSpan(0, 19), text.AsSpan(27)) : text;
    }

    private static string? Encoded(string? value) => value is null ? null : HeaderText.Encode(value);

    private static KeyValuePair<string, string>[] HeadersOf(ReadOnlySpan<KeyValuePair<string, string?>> candidates)
    {
        var count = 0;
        foreach (var candidate in candidates)
            count += candidate.Value is null ? 0 : 1;
        var headers = new KeyValuePair<string, string>[count];
        var next = 0;
        foreach (var (name, value) in candidates)
        {
            if (value is not null)
                headers[next++] = new(name, value);
        }
        return headers;
    }
}
