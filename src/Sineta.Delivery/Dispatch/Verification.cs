using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;
using Sineta.Events;

namespace Sineta.Delivery.Dispatch;

/// <summary>A question to an endpoint: does it expect deliveries?</summary>
public sealed record Verification
{
    public required long InstitutionId { get; init; }

    /// <summary>The event that asks.</summary>
    public required Guid EventId { get; init; }

    /// <summary>Its one delivery.</summary>
    public required Guid DeliveryId { get; init; }

    public required Guid EndpointId { get; init; }

    public required RenderedEndpoint Endpoint { get; init; }

    /// <summary>The endpoint's secrets in force, at least one.</summary>
    public required IReadOnlyList<WebhookSecret> Secrets { get; init; }

    /// <summary>What the receiver must echo: something that nobody guesses.</summary>
    public required string Challenge { get; init; }

    /// <summary>Now, with the institution's offset.</summary>
    public required DateTimeOffset AskedAt { get; init; }

    internal SignedRequest ToRequest()
    {
        var (id, subject) = (PublicId.Format(PublicId.Event, EventId), PublicId.Format(PublicId.Endpoint, EndpointId));
        var body = new EndpointVerification(subject, Challenge).ToBody(AskedAt.DateTime);
        var asked = new RenderedEvent(id, EndpointVerification.SlugText, body, AskedAt, dedupeKey: null, id, subject);
        return SignedRequest.Sign(asked, Endpoint, [.. Secrets], PublicId.Format(PublicId.Delivery, DeliveryId), attempt: 1, AskedAt);
    }

    /// <summary>
    /// The call as the log keeps it: without what was answered. A server that only reflects what it is sent would there give away the
    /// challenge, which whoever proves the endpoint by hand must have from the receiver itself.
    /// </summary>
    internal MadeAttempt ToAttempt(HandshakeResult answer, int endpointRevision, string signature)
    {
        var happened = new Event
        {
            InstitutionId = InstitutionId,
            Id = EventId,
            Slug = EndpointVerification.SlugText,
            DedupeKey = "",
            OccurredAt = AskedAt,
            Correlation = "",
            Body = [],
        };
        var delivery = new OpenDelivery(DeliveryId, happened, EndpointId, DeliveryCause.Verification, ReplayId: null, Attempts: 0, Lease: 0);
        var problem = (answer as HandshakeResult.Failed)?.Sentence;
        NextStep step = problem is null ? new NextStep.Done() : new NextStep.GiveUp();
        var call = answer.Attempt with { ResponseHeaders = "", ResponseBody = default, ResponseBodyTruncated = false };
        return new MadeAttempt(delivery, endpointRevision, call, step, signature, AskedAt) { Verdict = problem };
    }
}
