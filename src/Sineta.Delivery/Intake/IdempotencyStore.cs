using Npgsql;

namespace Sineta.Delivery.Intake;

/// <summary>
/// Which event came of which Idempotency-Key. A row is written after its event, so it may lack after a crash, or where two requests came at
/// the same time: the event's own dedupe key then leads to the same event.
/// </summary>
public sealed class IdempotencyStore(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>How long a key is remembered.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <summary>What is remembered of these keys.</summary>
    public async Task<Dictionary<string, RememberedKey>> FindAsync(long institutionId, string[] keys, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select key, event_id, fingerprint from idempotency_keys where institution_id = $1 and key = any($2) and created_at > $3
            """);
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.AddWithValue(keys);
        command.Parameters.AddWithValue((time.GetUtcNow() - Kept).UtcDateTime);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<string, RememberedKey>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
            found[reader.GetString(0)] = new RememberedKey(reader.GetGuid(1), reader.GetFieldValue<byte[]>(2));
        return found;
    }

    /// <summary>Remembers keys; one that is remembered already stays as it is until its time is over.</summary>
    public async Task RememberAsync(
        long institutionId, IReadOnlyCollection<KeyValuePair<string, RememberedKey>> keys, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            insert into idempotency_keys (institution_id, key, event_id, fingerprint, created_at)
            select $1, g.key, g.event_id, g.fingerprint, $5
            from unnest($2::text[], $3::uuid[], $4::bytea[]) as g (key, event_id, fingerprint)
            order by g.key
            on conflict (institution_id, key) do update
                set event_id = excluded.event_id, fingerprint = excluded.fingerprint, created_at = excluded.created_at
                where idempotency_keys.created_at <= $6
            """);
        var now = time.GetUtcNow();
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.AddWithValue(keys.Select(k => k.Key).ToArray());
        command.Parameters.AddWithValue(keys.Select(k => k.Value.EventId).ToArray());
        command.Parameters.AddWithValue(keys.Select(k => k.Value.Fingerprint).ToArray());
        command.Parameters.AddWithValue(now.UtcDateTime);
        command.Parameters.AddWithValue((now - Kept).UtcDateTime);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Forgets the keys, of every institution, whose time is over. Returns how many.</summary>
    public async Task<int> ForgetAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("delete from idempotency_keys where created_at <= $1");
        command.Parameters.AddWithValue((time.GetUtcNow() - Kept).UtcDateTime);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <param name="Fingerprint">SHA-256 of the body that came with the key.</param>
public sealed record RememberedKey(Guid EventId, byte[] Fingerprint);
