using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Dispatch;

/// <summary>Asks an endpoint, once, to prove that it expects deliveries, and notes the answer; the call is on record like every other.</summary>
public sealed class EndpointVerifier(
    Handshake handshake, EndpointRegistry registry, EndpointStore store, AttemptLedger log, Configuration configuration, IdGenerator ids,
    TimeProvider time)
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
            InstitutionId = endpoint.InstitutionId,
            EventId = ids.Next(),
            DeliveryId = ids.Next(),
            EndpointId = endpoint.Id,
            Endpoint = new RenderedEndpoint(endpoint.InstitutionId, endpoint.Url, endpoint.MaskCpf, endpoint.Headers),
            Secrets = endpoint.SecretsAt(now),
            Challenge = challenge,
            AskedAt = configuration.FindInstitution(endpoint.InstitutionId)!.Clock.ToZoned(now),
        };
        var request = question.ToRequest();
        var answer = await handshake.AskAsync(request, challenge, endpoint.Timeout, cancellationToken);
        await log.NoteAsync(question.ToAttempt(answer, endpoint.Revision, request.Signature), cancellationToken);
        var problem = (answer as HandshakeResult.Failed)?.Sentence;
        return new VerificationOutcome(await registry.NoteHandshakeAsync(endpoint, problem, cancellationToken), problem);
    }
}

/// <summary>What came of a handshake.</summary>
/// <param name="Change">The endpoint as it is now.</param>
/// <param name="Problem">What its owner has to do; null where it proved itself.</param>
public sealed record VerificationOutcome(EndpointChange Change, string? Problem);
