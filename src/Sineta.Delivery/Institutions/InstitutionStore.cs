using System.Globalization;
using Npgsql;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Institutions;

/// <summary>Makes, changes and lists institutions: the operator's, hence no institution in its query.</summary>
public sealed class InstitutionStore(NpgsqlDataSource database, ConfigurationWriter writer, ApiKeyStore keys, TimeProvider time)
{
    private const string FirstKeyName = "first key";

    /// <summary>Makes an institution and a first key with every scope.</summary>
    /// <param name="timeZone">An IANA zone that this system knows.</param>
    public async Task<IssuedKey> CreateAsync(string name, string timeZone, CancellationToken cancellationToken)
    {
        await using var write = await writer.BeginAsync(cancellationToken);
        var issued = await InsertAsync(write, name, timeZone, cancellationToken);
        await write.CommitAsync(cancellationToken);
        return issued;
    }

    /// <summary>Whether the database knows a time zone too: days are counted there, and it has fewer than the system.</summary>
    public async Task<bool> KnowsTimeZoneAsync(string timeZone, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select now() at time zone $1");
        command.Parameters.AddWithValue(timeZone);
        try
        {
            await command.ExecuteScalarAsync(cancellationToken);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidParameterValue)
        {
            return false;
        }
    }

    /// <summary>
    /// Gives an institution another name or time zone, of which null stays as it is. Events that were accepted before keep the times that
    /// they have.
    /// </summary>
    /// <returns>The version that brings it about; null where there is no such institution.</returns>
    public async Task<long?> ChangeAsync(long id, string? name, string? timeZone, CancellationToken cancellationToken)
    {
        await using var write = await writer.BeginAsync(cancellationToken);
        await using var change = write.Command(
            """
            update institutions set name = coalesce($2, name), time_zone = coalesce($3, time_zone), version = $4 where id = $1
            returning name || ', ' || time_zone
            """, id, name, timeZone, write.Version);
        if (await change.ExecuteScalarAsync(cancellationToken) is not string changed)
            return null;

        // A node's keys know their institution: they come again with it.
        await write.ExecuteAsync(
            "update api_keys set version = $2 where institution_id = $1 and revoked_at is null", [id, write.Version], cancellationToken);
        await AuditTrail.NoteAsync(
            write, id, AuditedChange.InstitutionChanged, id.ToString(CultureInfo.InvariantCulture), changed, cancellationToken);
        await write.CommitAsync(cancellationToken);
        return write.Version;
    }

    /// <summary>A page of institutions, in the order of their making.</summary>
    /// <param name="after">The last id of the page before; 0 for the first page.</param>
    public async Task<IReadOnlyList<Institution>> ListAsync(long after, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select id, name, time_zone, created_at from institutions where id > $1 order by id limit $2");
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var page = new List<Institution>();
        while (await reader.ReadAsync(cancellationToken))
        {
            page.Add(new Institution(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3)));
        }

        return page;
    }

    internal async Task<IssuedKey> InsertAsync(ConfigurationWrite write, string name, string timeZone, CancellationToken cancellationToken)
    {
        var createdAt = time.GetUtcNow();
        await using var insert = write.Command(
            "insert into institutions (name, time_zone, created_at, version) values ($1, $2, $3, $4) returning id",
            name, timeZone, createdAt, write.Version);
        var id = (long)(await insert.ExecuteScalarAsync(cancellationToken))!;
        var institution = new Institution(id, name, timeZone, createdAt);
        return await keys.InsertAsync(write, institution, FirstKeyName, Scopes.All, cancellationToken);
    }
}
