using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Dispatch;

/// <summary>Asks an endpoint, once, to prove that it expects deliveries, and notes the answer.</summary>
public sealed class EndpointVerifier(
    Handshake handshake, EndpointRegistry registry, EndpointStore store, Configuration configuration, IdGenerator ids, TimeProvider time)
{
    /// <summary>Returns once the receiver has answered, or its time is over. What is verified already is not asked.</summary>
    public async Task<VerificationOutcome> VerifyAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        if (endpoint.VerifiedAt is not null)
            return new VerificationOutcome(new EndpointChange.Made(endpoint), Problem: null);
        if (await store.ChallengeAsync(endpoint.InstitutionId, endpoint.Id, cancellationToken) is not { } challenge)
            return new VerificationOutcome(new EndpointChange.Unknown(), Problem: null);

        var now = time.GetUtcNow();
        var question = new Verification
        {
            EventId = PublicId.Format(PublicId.Event, ids.Next()),
            DeliveryId = PublicId.Format(PublicId.Delivery, ids.Next()),
            EndpointId = PublicId.Format(PublicId.Endpoint, endpoint.Id),
            Endpoint = new RenderedEndpoint(endpoint.InstitutionId, endpoint.Url, endpoint.MaskCpf, endpoint.Headers),
            Secrets = endpoint.SecretsAt(now),
            Challenge = challenge,
            AskedAt = configuration.FindInstitution(endpoint.InstitutionId)!.Clock.ToZoned(now),
        };
        var answer = await handshake.AskAsync(question, endpoint.Timeout, cancellationToken);
        var problem = (answer as HandshakeResult.Failed)?.Sentence;
        return new VerificationOutcome(await registry.NoteHandshakeAsync(endpoint, problem, cancellationToken), problem);
    }
}

/// <summary>What came of a handshake.</summary>
/// <param name="Change">The endpoint as it is now.</param>
/// <param name="Problem">What its owner has to do; null where it proved itself.</param>
public sealed record VerificationOutcome(EndpointChange Change, string? Problem);
