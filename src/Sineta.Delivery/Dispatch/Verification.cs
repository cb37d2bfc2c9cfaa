using Sineta.Events;

namespace Sineta.Delivery.Dispatch;

/// <summary>A question to an endpoint: does it expect deliveries?</summary>
public sealed record Verification
{
    /// <summary>The public id of the event that asks, <c>evt_…</c>.</summary>
    public required string EventId { get; init; }

    /// <summary>The public id of its one delivery, <c>dlv_…</c>.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>The public id of the endpoint, <c>ep_…</c>.</summary>
    public required string EndpointId { get; init; }

    public required RenderedEndpoint Endpoint { get; init; }

    /// <summary>The endpoint's secrets in force, at least one.</summary>
    public required IReadOnlyList<WebhookSecret> Secrets { get; init; }

    /// <summary>What the receiver must echo: something that nobody guesses.</summary>
    public required string Challenge { get; init; }

    /// <summary>Now, with the institution's offset.</summary>
    public required DateTimeOffset AskedAt { get; init; }

    internal SignedRequest ToRequest()
    {
        var body = new EndpointVerification(EndpointId, Challenge).ToBody(AskedAt.DateTime);
        var asked = new RenderedEvent(
            EventId, EndpointVerification.SlugText, body, AskedAt, dedupeKey: null, EventId, subject: EndpointId);
        return SignedRequest.Sign(asked, Endpoint, [.. Secrets], DeliveryId, attempt: 1, AskedAt);
    }
}
