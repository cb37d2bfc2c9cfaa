using System.Security.Cryptography;
using System.Text;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Endpoints;

/// <summary>
/// The life of endpoints: made (unverified) → active, once it has proven itself → paused and resumed by its owner, disabled by its own
/// failures → deleted. Each change is made on what is committed, under the configuration's lock, and this node goes by it when it returns.
/// </summary>
public sealed class EndpointRegistry(
    ConfigurationWriter writer, Configuration configuration, EndpointStore store, EndpointRules rules, DeliveryOptions options,
    TimeProvider time)
{
    private const int MaxSecrets = 5;

    /// <summary>Makes an endpoint. It gets nothing before it is verified.</summary>
    public async Task<EndpointChange> CreateAsync(long institutionId, EndpointDraft draft, CancellationToken cancellationToken)
    {
        var (canonical, faults) = rules.Check(draft);
        if (faults.Count > 0)
            return new EndpointChange.Refused(faults);
        Guid id;
        long version;
        await using (var write = await writer.BeginAsync(cancellationToken))
        {
            if (await EndpointStore.CountAsync(write, institutionId, cancellationToken) >= options.MaxEndpoints)
                return new EndpointChange.Impossible(
                    $"There are {options.MaxEndpoints} endpoints, which is the most an institution can have.");
            id = await store.InsertAsync(write, institutionId, canonical, NewChallenge(), cancellationToken);
            await NoteAsync(write, institutionId, id, AuditedChange.EndpointCreated, canonical.Url, cancellationToken);
            await write.CommitAsync(cancellationToken);
            version = write.Version;
        }

        await configuration.CatchUpAsync(version, cancellationToken);
        return configuration.FindEndpoint(institutionId, id) is { } made ? new EndpointChange.Made(made) : new EndpointChange.Unknown();
    }

    /// <summary>Changes settings. Another URL has to be verified anew.</summary>
    /// <param name="change">Makes the new settings of the present ones.</param>
    public Task<EndpointChange> UpdateAsync(
        long institutionId, Guid id, Func<EndpointDraft, EndpointDraft> change, CancellationToken cancellationToken) =>
        ChangeAsync(institutionId, id, AuditedChange.EndpointChanged, async (write, endpoint) =>
        {
            var (wanted, faults) = rules.Check(change(EndpointDraft.Of(endpoint)));
            if (faults.Count > 0)
                return new EndpointChange.Refused(faults);
            await UpdateAsync(write, endpoint, wanted, cancellationToken);
            return null;
        }, cancellationToken);

    public Task<EndpointChange> PauseAsync(long institutionId, Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(institutionId, id, AuditedChange.EndpointPaused, async (write, endpoint) =>
        {
            if (endpoint.Status == EndpointStatus.Paused)
                return new EndpointChange.Made(endpoint);
            if (endpoint.Status != EndpointStatus.Active)
                return new EndpointChange.Impossible($"The endpoint is {Name(endpoint.Status)}: nothing is sent to it as it is.");
            await store.SetStatusAsync(write, endpoint, EndpointStatus.Paused, reason: null, cancellationToken);
            return null;
        }, cancellationToken);

    /// <summary>Lets an endpoint that was paused or disabled have its deliveries again, those that were held first.</summary>
    public Task<EndpointChange> ResumeAsync(long institutionId, Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(institutionId, id, AuditedChange.EndpointResumed, async (write, endpoint) =>
        {
            if (endpoint.VerifiedAt is null)
                return new EndpointChange.Impossible("The endpoint has not proven that it expects deliveries: verify it first.");
            if (endpoint.Status == EndpointStatus.Active)
                return new EndpointChange.Made(endpoint);
            await store.SetStatusAsync(write, endpoint, EndpointStatus.Active, reason: null, cancellationToken);
            return null;
        }, cancellationToken);

    /// <summary>
    /// Gives it a new secret. The old one signs as well for <paramref name="overlap"/>, and older ones for what they have left; with no
    /// overlap none of them does.
    /// </summary>
    public Task<EndpointChange> RotateSecretAsync(long institutionId, Guid id, TimeSpan overlap, CancellationToken cancellationToken) =>
        ChangeAsync(institutionId, id, AuditedChange.EndpointSecretRotated, async (write, endpoint) =>
        {
            if (overlap > TimeSpan.Zero && endpoint.SecretsAt(time.GetUtcNow()).Length >= MaxSecrets)
            {
                return new EndpointChange.Impossible(
                    $"{MaxSecrets} secrets are in force already: wait until the oldest runs out, or rotate without overlap.");
            }

            await store.RotateSecretAsync(write, endpoint, overlap, cancellationToken);
            return null;
        }, cancellationToken);

    /// <summary>Ends it. Its open deliveries are then ended too.</summary>
    public Task<EndpointChange> DeleteAsync(long institutionId, Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(institutionId, id, AuditedChange.EndpointDeleted, async (write, endpoint) =>
        {
            await store.SetStatusAsync(write, endpoint, EndpointStatus.Deleted, reason: null, cancellationToken);
            return null;
        }, cancellationToken);

    /// <summary>
    /// Notes what came of a handshake: a problem; or, where there is none, that the endpoint proved itself. Where its URL was changed
    /// meanwhile, the handshake says nothing.
    /// </summary>
    public Task<EndpointChange> NoteHandshakeAsync(Endpoint asked, string? problem, CancellationToken cancellationToken) =>
        ChangeAsync(asked.InstitutionId, asked.Id, problem is null ? AuditedChange.EndpointVerified : AuditedChange.EndpointNotVerified, async (write, endpoint) =>
        {
            if (endpoint.VerifiedAt is not null || endpoint.Url != asked.Url)
                return new EndpointChange.Made(endpoint);
            if (problem is null)
                await VerifyAsync(write, endpoint, cancellationToken);
            else if (endpoint.Status == EndpointStatus.Unverified)
                await store.SetStatusAsync(write, endpoint, EndpointStatus.Unverified, problem, cancellationToken);
            return null;
        }, cancellationToken);

    /// <summary>Takes the challenge from its owner, where the receiver cannot echo it.</summary>
    public async Task<EndpointChange> VerifyByHandAsync(long institutionId, Guid id, string challenge, CancellationToken cancellationToken)
    {
        var given = Encoding.UTF8.GetBytes(challenge.Trim());
        return await ChangeAsync(institutionId, id, AuditedChange.EndpointVerified, async (write, endpoint) =>
        {
            var expected = await store.ChallengeAsync(institutionId, id, cancellationToken);
            if (expected is null || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), given))
                return new EndpointChange.Refused([new("/challenge", "This is not the challenge that was sent to the endpoint.")]);
            if (endpoint.VerifiedAt is not null)
                return new EndpointChange.Made(endpoint);
            await VerifyAsync(write, endpoint, cancellationToken);
            return null;
        }, cancellationToken);
    }

    private async Task VerifyAsync(ConfigurationWrite write, Endpoint endpoint, CancellationToken cancellationToken)
    {
        await EndpointStore.SetVerifiedAsync(write, endpoint, time.GetUtcNow(), newChallenge: null, cancellationToken);
        if (endpoint.Status == EndpointStatus.Unverified)
            await store.SetStatusAsync(write, endpoint, EndpointStatus.Active, reason: null, cancellationToken);
    }

    private async Task UpdateAsync(ConfigurationWrite write, Endpoint endpoint, EndpointDraft wanted, CancellationToken cancellationToken)
    {
        var present = EndpointDraft.Of(endpoint);
        await store.UpdateAsync(write, endpoint.InstitutionId, endpoint.Id, wanted, cancellationToken);
        var moved = wanted.Url != present.Url;
        if (moved || wanted.Cpf != present.Cpf || !IsSame(wanted.Headers, present.Headers))
            await EndpointStore.ReviseAsync(write, endpoint.InstitutionId, endpoint.Id, cancellationToken);
        if (wanted.Ordering != present.Ordering)
            await EndpointStore.ReorderAsync(
                write, endpoint.InstitutionId, endpoint.Id, wanted.Ordering == EndpointDraft.OrderingPerLearner, cancellationToken);
        if (!moved)
            return;
        await EndpointStore.SetVerifiedAsync(write, endpoint, verifiedAt: null, NewChallenge(), cancellationToken);
        if (endpoint.Status != EndpointStatus.Paused)
            await store.SetStatusAsync(write, endpoint, EndpointStatus.Unverified, reason: null, cancellationToken);
    }

    /// <param name="change">Answers null where what it wrote is to be committed.</param>
    private async Task<EndpointChange> ChangeAsync(
        long institutionId, Guid id, string what, Func<ConfigurationWrite, Endpoint, Task<EndpointChange?>> change,
        CancellationToken cancellationToken)
    {
        if (configuration.FindEndpoint(institutionId, id) is null)
            return new EndpointChange.Unknown();
        Endpoint? endpoint;
        long version;
        await using (var write = await writer.BeginAsync(cancellationToken))
        {
            version = write.Version;
            await configuration.CatchUpAsync(version - 1, cancellationToken);
            endpoint = configuration.FindEndpoint(institutionId, id);
            if (endpoint is null)
                return new EndpointChange.Unknown();
            if (await change(write, endpoint) is { } instead)
                return instead;
            await NoteAsync(write, institutionId, id, what, endpoint.Url.AbsoluteUri, cancellationToken);
            await write.CommitAsync(cancellationToken);
        }

        await configuration.CatchUpAsync(version, cancellationToken);
        return new EndpointChange.Made(configuration.FindEndpoint(institutionId, id) ?? endpoint with { Status = EndpointStatus.Deleted });
    }

    private static Task NoteAsync(
        ConfigurationWrite write, long institutionId, Guid id, string what, string? detail, CancellationToken cancellationToken) =>
        AuditTrail.NoteAsync(write, institutionId, what, PublicId.Format(PublicId.Endpoint, id), detail, cancellationToken);

    private static bool IsSame(IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string> other) =>
        one.Count == other.Count && one.All(header => other.TryGetValue(header.Key, out var value) && value == header.Value);

    private static string NewChallenge() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    private static string Name(EndpointStatus status) => status.ToString().ToLowerInvariant();
}
