using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sineta.Events;

namespace Sineta.Receiver;

/// <summary>
/// What came with an event. The signature covers <see cref="EventId"/> and <see cref="Body"/>; the rest is from headers beside it, as
/// trustworthy as the connection.
/// </summary>
public sealed record ReceivedDelivery
{
    /// <summary>The event's id, <c>evt_…</c>: the same on every attempt and replay.</summary>
    public required string EventId { get; init; }

    /// <summary>The body's bytes, as they were signed.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The services of this request, in a scope of its own: from here a handler takes its database context.</summary>
    public required IServiceProvider Services { get; init; }

    /// <summary>The delivery's id, <c>dlv_…</c>: what to name when asking about it.</summary>
    public string? DeliveryId { get; init; }

    /// <summary>Which attempt this is, from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The instant at which it happened; the body's <c>send_at</c> is the same in the institution's local time.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>One id for all that one action caused: content, course and trail.</summary>
    public string? Correlation { get; init; }

    /// <summary>Of an enrolment, how it came about: catalog_card, course_details, content_item, class_invite or api.</summary>
    public string? Source { get; init; }

    /// <summary>The fact that the event tells: no other event has the same.</summary>
    public string? DedupeKey { get; init; }

    /// <summary>It never happened: a sample, sent to try the endpoint.</summary>
    public bool IsTest { get; init; }

    internal static ReceivedDelivery From(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        var headers = request.Headers;
        var isNumbered = int.TryParse(headers[WebhookHeaders.Attempt], NumberStyles.None, CultureInfo.InvariantCulture, out var attempt);
        var isTimed = DateTimeOffset.TryParse(
            headers[WebhookHeaders.CloudEventTime], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var occurredAt);
        return new ReceivedDelivery
        {
            EventId = headers[WebhookHeaders.Id].ToString(),
            Body = body,
            Services = request.HttpContext.RequestServices,
            DeliveryId = headers[WebhookHeaders.Delivery],
            Attempt = isNumbered ? attempt : 1,
            OccurredAt = isTimed ? occurredAt : null,
            Correlation = headers[WebhookHeaders.Correlation],
            Source = headers[WebhookHeaders.Source],
            DedupeKey = headers[WebhookHeaders.DedupeKey],
            IsTest = headers[WebhookHeaders.Test] == "true",
        };
    }
}
