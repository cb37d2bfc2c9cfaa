using Npgsql;
using Sineta.Delivery.Storage;
using Sineta.Events;

namespace Sineta.Delivery.Endpoints;

/// <summary>
/// Writes endpoints, each statement within a change of the configuration, and reads the little of them that is not in memory.
/// </summary>
public sealed class EndpointStore(NpgsqlDataSource database, SecretVault vault, IdGenerator ids, TimeProvider time)
{
    public static async Task<long> CountAsync(ConfigurationWrite write, long institutionId, CancellationToken cancellationToken)
    {
        await using var command =
            write.Command("select count(*) from endpoints where institution_id = $1 and status <> 'deleted'", institutionId);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Adds an endpoint, unverified, with its first revision and secret.</summary>
    public async Task<Guid> InsertAsync(
        ConfigurationWrite write, long institutionId, EndpointDraft draft, string challenge, CancellationToken cancellationToken)
    {
        var id = ids.Next();
        await write.ExecuteAsync(
            """
            insert into endpoints (
                institution_id, id, url, description, event_types, ordering, cpf, max_in_flight, rate_per_second, timeout_seconds,
                retry_schedule, headers, updated_at, version, status, challenge, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'unverified', $15, $13)
            """, [.. SettingsOf(institutionId, id, draft, write.Version), challenge], cancellationToken);
        await AddRevisionAsync(write, institutionId, id, cancellationToken);
        await AddSecretAsync(write, institutionId, id, cancellationToken);
        return id;
    }

    public async Task UpdateAsync(
        ConfigurationWrite write, long institutionId, Guid id, EndpointDraft draft, CancellationToken cancellationToken) =>
        await write.ExecuteAsync(
            """
            update endpoints set
                url = $3, description = $4, event_types = $5, ordering = $6, cpf = $7, max_in_flight = $8, rate_per_second = $9,
                timeout_seconds = $10, retry_schedule = $11, headers = $12, updated_at = $13, version = $14
            where institution_id = $1 and id = $2
            """, SettingsOf(institutionId, id, draft, write.Version), cancellationToken);

    /// <summary>What is sent, or where, has changed: what attempts refer to grows by one.</summary>
    public static async Task ReviseAsync(ConfigurationWrite write, long institutionId, Guid id, CancellationToken cancellationToken)
    {
        await write.ExecuteAsync(
            "update endpoints set revision = revision + 1 where institution_id = $1 and id = $2", [institutionId, id], cancellationToken);
        await AddRevisionAsync(write, institutionId, id, cancellationToken);
    }

    public async Task SetStatusAsync(
        ConfigurationWrite write, Endpoint endpoint, EndpointStatus status, string? reason, CancellationToken cancellationToken) =>
        await write.ExecuteAsync(
            """
            update endpoints set status = $3, status_reason = $4, failing_since = null, updated_at = $5, version = $6
            where institution_id = $1 and id = $2
            """,
            [endpoint.InstitutionId, endpoint.Id, NameOf(status), reason, time.GetUtcNow(), write.Version], cancellationToken);

    /// <summary>Notes that it proved itself; or, with no moment, that it has to prove itself anew, by another challenge.</summary>
    public static async Task SetVerifiedAsync(
        ConfigurationWrite write, Endpoint endpoint, DateTimeOffset? verifiedAt, string? newChallenge,
        CancellationToken cancellationToken) =>
        await write.ExecuteAsync(
            """
            update endpoints set verified_at = $3, challenge = coalesce($4, challenge), version = $5 where institution_id = $1 and id = $2
            """, [endpoint.InstitutionId, endpoint.Id, verifiedAt, newChallenge, write.Version], cancellationToken);

    /// <summary>What the endpoint is asked to echo.</summary>
    public async Task<string?> ChallengeAsync(long institutionId, Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select challenge from endpoints where institution_id = $1 and id = $2");
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.AddWithValue(id);
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    /// <summary>Makes a new secret the current one; the one before signs as well for the overlap. Without any, all older ones go.</summary>
    public async Task RotateSecretAsync(
        ConfigurationWrite write, Endpoint endpoint, TimeSpan overlap, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await write.ExecuteAsync(
            "delete from endpoint_secrets where institution_id = $1 and endpoint_id = $2 and (expires_at <= $3 or $4)",
            [endpoint.InstitutionId, endpoint.Id, now, overlap == TimeSpan.Zero], cancellationToken);
        await write.ExecuteAsync(
            "update endpoint_secrets set expires_at = $3 where institution_id = $1 and endpoint_id = $2 and expires_at is null",
            [endpoint.InstitutionId, endpoint.Id, now + overlap], cancellationToken);
        await AddSecretAsync(write, endpoint.InstitutionId, endpoint.Id, cancellationToken);
        await write.ExecuteAsync(
            "update endpoints set updated_at = $3, version = $4 where institution_id = $1 and id = $2",
            [endpoint.InstitutionId, endpoint.Id, now, write.Version], cancellationToken);
    }

    /// <summary>Puts what is still to be sent under the order per learner, or takes it from under it.</summary>
    public static async Task ReorderAsync(
        ConfigurationWrite write, long institutionId, Guid id, bool perLearner, CancellationToken cancellationToken) =>
        await write.ExecuteAsync(
            perLearner
                ? """
                  update open_deliveries o set learner = e.learner from events e
                  where o.institution_id = $1 and o.endpoint_id = $2
                    and e.institution_id = $1 and e.id = o.event_id and e.learner is not null
                  """
                : """
                  update open_deliveries set learner = null, next_at = case attempts when 0 then least(next_at, now()) else next_at end
                  where institution_id = $1 and endpoint_id = $2 and learner is not null
                  """,
            [institutionId, id], cancellationToken);

    /// <summary>How many deliveries wait for the endpoint.</summary>
    public async Task<long> OpenDeliveriesAsync(long institutionId, Guid id, CancellationToken cancellationToken)
    {
        await using var command =
            database.CreateCommand("select count(*) from unconcluded_deliveries where institution_id = $1 and endpoint_id = $2");
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.AddWithValue(id);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task AddRevisionAsync(
        ConfigurationWrite write, long institutionId, Guid id, CancellationToken cancellationToken) =>
        await write.ExecuteAsync(
            """
            insert into endpoint_revisions (institution_id, endpoint_id, revision, url, headers, cpf)
            select institution_id, id, revision, url, headers, cpf from endpoints where institution_id = $1 and id = $2
            """, [institutionId, id], cancellationToken);

    private async Task AddSecretAsync(ConfigurationWrite write, long institutionId, Guid endpointId, CancellationToken cancellationToken)
    {
        var sealedSecret = vault.Encrypt(System.Text.Encoding.UTF8.GetBytes(WebhookSecret.Generate().Reveal()), endpointId);
        await write.ExecuteAsync(
            "insert into endpoint_secrets (institution_id, endpoint_id, id, ciphertext, created_at) values ($1, $2, $3, $4, $5)",
            [institutionId, endpointId, ids.Next(), sealedSecret, time.GetUtcNow()], cancellationToken);
    }

    private object?[] SettingsOf(long institutionId, Guid id, EndpointDraft draft, long version) =>
    [
        institutionId, id, draft.Url, draft.Description, draft.EventTypes.ToArray(), draft.Ordering, draft.Cpf, draft.MaxInFlight,
        draft.RatePerSecond, draft.TimeoutSeconds, draft.RetrySchedule?.ToArray(), draft.Headers, time.GetUtcNow(), version,
    ];

    private static string NameOf(EndpointStatus status) => status.ToString().ToLowerInvariant();
}
