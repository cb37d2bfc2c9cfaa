namespace Sineta.Events;

/// <summary>The headers of a delivery. The signature covers <see cref="Id"/>, <see cref="Timestamp"/> and the body, nothing else.</summary>
public static class WebhookHeaders
{
    /// <summary>The event's id, <c>evt_…</c>: the same for every endpoint, attempt and replay.</summary>
    public const string Id = "webhook-id";

    /// <summary>When this attempt was made, Unix seconds.</summary>
    public const string Timestamp = "webhook-timestamp";

    /// <summary>Signatures, separated by spaces, one for each secret in force: <c>v1,</c> and base64.</summary>
    public const string Signature = "webhook-signature";

    /// <summary>The version of CloudEvents: <c>1.0</c>.</summary>
    public const string CloudEventVersion = "ce-specversion";

    /// <summary>The event's id again, for CloudEvents.</summary>
    public const string CloudEventId = "ce-id";

    /// <summary>The slug, for CloudEvents.</summary>
    public const string CloudEventType = "ce-type";

    /// <summary>Where it happened: <c>/institutions/{id}</c>.</summary>
    public const string CloudEventSource = "ce-source";

    /// <summary>What it is about, for CloudEvents.</summary>
    public const string CloudEventSubject = "ce-subject";

    /// <summary>When it happened, RFC 3339 with an offset.</summary>
    public const string CloudEventTime = "ce-time";

    /// <summary>Address of the JSON Schema of the body.</summary>
    public const string CloudEventDataSchema = "ce-dataschema";

    /// <summary>The slug.</summary>
    public const string Event = "sineta-event";

    /// <summary>The delivery's id, <c>dlv_…</c>: one event for one endpoint.</summary>
    public const string Delivery = "sineta-delivery";

    /// <summary>Which attempt of the delivery it is, from 1.</summary>
    public const string Attempt = "sineta-attempt";

    /// <summary>The fact that the event tells: <see cref="EventDocument.DedupeKey"/>.</summary>
    public const string DedupeKey = "sineta-dedupe-key";

    /// <summary>One id for all that one action caused.</summary>
    public const string Correlation = "sineta-correlation";

    /// <summary>Of an enrolment, how it came about: catalog_card, course_details, content_item, class_invite or api.</summary>
    public const string Source = "sineta-source";

    /// <summary><c>true</c> where the event never happened: a sample sent to try the endpoint.</summary>
    public const string Test = "sineta-test";
}
