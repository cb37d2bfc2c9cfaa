using Npgsql;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Institutions;

/// <summary>Makes, lists and revokes the keys of an institution.</summary>
public sealed class ApiKeyStore(NpgsqlDataSource database, ConfigurationWriter writer, IdGenerator ids, TimeProvider time)
{
    /// <summary>Makes a key. Its token cannot be shown again.</summary>
    public async Task<IssuedKey> CreateAsync(Institution institution, string name, Scopes scopes, CancellationToken cancellationToken)
    {
        await using var write = await writer.BeginAsync(cancellationToken);
        var issued = await InsertAsync(write, institution, name, scopes, cancellationToken);
        await write.CommitAsync(cancellationToken);
        return issued;
    }

    /// <summary>The keys in force, oldest first.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(Institution institution, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select id, name, hint, scopes, created_at from api_keys where institution_id = $1 and revoked_at is null order by id
            """);
        command.Parameters.AddWithValue(institution.Id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var keys = new List<ApiKey>();
        while (await reader.ReadAsync(cancellationToken))
        {
            keys.Add(new ApiKey(
                institution, reader.GetGuid(0), reader.GetString(1), reader.GetString(2),
                ScopeNames.Parse(reader.GetFieldValue<string[]>(3)),
                reader.GetFieldValue<DateTimeOffset>(4)));
        }

        return keys;
    }

    /// <summary>Ends a key. Answers the version from which on it is refused; null where the institution has no such key in force.</summary>
    public async Task<long?> RevokeAsync(long institutionId, Guid id, CancellationToken cancellationToken)
    {
        await using var write = await writer.BeginAsync(cancellationToken);
        var revoked = await write.ExecuteAsync(
            """
            update api_keys set revoked_at = $3, version = $4 where institution_id = $1 and id = $2 and revoked_at is null
            """, [institutionId, id, time.GetUtcNow(), write.Version], cancellationToken);
        if (revoked == 0)
            return null;
        await AuditTrail.NoteAsync(
            write, institutionId, AuditedChange.ApiKeyRevoked, PublicId.Format(PublicId.ApiKey, id), detail: null, cancellationToken);
        await write.CommitAsync(cancellationToken);
        return write.Version;
    }

    internal async Task<IssuedKey> InsertAsync(
        ConfigurationWrite write, Institution institution, string name, Scopes scopes, CancellationToken cancellationToken)
    {
        var token = BearerToken.Generate();
        var key = new ApiKey(institution, ids.Next(), name, BearerToken.HintOf(token), scopes, time.GetUtcNow());
        await write.ExecuteAsync(
            """
            insert into api_keys (institution_id, id, name, hint, hash, scopes, created_at, version) values ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [institution.Id, key.Id, name, key.Hint, BearerToken.HashOf(token), ScopeNames.Format(scopes), key.CreatedAt, write.Version],
            cancellationToken);
        await AuditTrail.NoteAsync(
            write, institution.Id, AuditedChange.ApiKeyCreated, PublicId.Format(PublicId.ApiKey, key.Id), name, cancellationToken);
        return new IssuedKey(key, token, write.Version);
    }
}

/// <summary>A new key with its token, which is never to be had again.</summary>
/// <param name="Version">The configuration's version from which on it is known.</param>
public sealed record IssuedKey(ApiKey Key, string Token, long Version);
