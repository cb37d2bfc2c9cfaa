using Npgsql;
using NpgsqlTypes;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.History;

/// <summary>The replays of an institution, as their owner makes, sees and cancels them.</summary>
public sealed class ReplayStore(NpgsqlDataSource database, HistoryDatabase history, IdGenerator ids)
{
    private const string SelectSql = """
        select r.id, r.endpoint_id, r.slugs, r.status, r.occurred_from, r.occurred_until, r.pace, r.state, r.total, r.enqueued,
               r.finished_at, o.open, coalesce(r.delivered, a.delivered), coalesce(r.failed, a.failed)
        from replays r
        cross join lateral (
            select count(*) as open from open_deliveries o where o.institution_id = $1 and o.replay_id = r.id) o
        cross join lateral (
            select count(*) filter (where a.conclusion = 'delivered') as delivered,
                   count(*) filter (where a.conclusion = 'failed') as failed
            from attempts a
            where r.delivered is null and a.institution_id = $1 and a.replay_id = r.id and a.replay_id is not null and a.conclusion is not null) a
        where r.institution_id = $1
        """;

    /// <summary>Raised when a replay was made or cancelled here.</summary>
    public event Action? Changed;

    /// <summary>How many events would be sent now.</summary>
    public async Task<long> CountAsync(long institutionId, ReplayFilter filter, CancellationToken cancellationToken)
    {
        await using var command = history.CreateCommand($"with {ReplayQuery.For(filter)} select count(*) from wanted");
        ReplayQuery.AddParameters(command.Parameters, institutionId, ids.Next(), place: null, filter, window: null);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Starts a replay of what has been accepted until now.</summary>
    public async Task<Replay> StartAsync(long institutionId, ReplayFilter filter, int pace, CancellationToken cancellationToken)
    {
        var total = await CountAsync(institutionId, filter, cancellationToken);
        var id = ids.Next();
        await using var command = database.CreateCommand(
            """
            with started as (
                insert into replays (
                    institution_id, id, endpoint_id, slugs, status, occurred_from, occurred_until, pace, state, total, created_at, next_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, 'running', $9, $10, now()))
            insert into audit_entries (institution_id, who, what, subject, detail)
            select $1, $11, $12, $13, (select url from endpoints where institution_id = $1 and id = $3)
            """);
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(filter.EndpointId);
        command.Parameters.AddWithValue(filter.Slugs.ToArray());
        ReplayQuery.Add(command.Parameters, NpgsqlDbType.Text, filter.Status);
        ReplayQuery.Add(command.Parameters, NpgsqlDbType.TimestampTz, filter.From?.UtcDateTime);
        ReplayQuery.Add(command.Parameters, NpgsqlDbType.TimestampTz, filter.Until?.UtcDateTime);
        command.Parameters.AddWithValue(pace);
        command.Parameters.AddWithValue(total);
        command.Parameters.AddWithValue(IdGenerator.TimeOf(id).UtcDateTime);
        AddNote(command, AuditedChange.ReplayStarted, id);
        await command.ExecuteNonQueryAsync(cancellationToken);
        Changed?.Invoke();
        return (await FindAsync(institutionId, id, cancellationToken))!;
    }

    /// <summary>A replay; null where the institution has no such.</summary>
    public async Task<Replay?> FindAsync(long institutionId, Guid id, CancellationToken cancellationToken)
    {
        await using var command = history.CreateCommand($"{SelectSql} and r.id = $2");
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.AddWithValue(id);
        return (await ReadAsync(command, cancellationToken)).SingleOrDefault();
    }

    /// <summary>Replays, the newest first, from before <paramref name="before"/> on.</summary>
    public async Task<List<Replay>> ListAsync(long institutionId, Guid? before, int limit, CancellationToken cancellationToken)
    {
        await using var command = history.CreateCommand($"{SelectSql} and r.id < $2 order by r.id desc limit $3");
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.AddWithValue(before ?? Guid.AllBitsSet);
        command.Parameters.AddWithValue(limit);
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>Ends a replay: it sends nothing more but what is in flight. False where nothing of it was left to be sent.</summary>
    public async Task<bool> CancelAsync(long institutionId, Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            with cancelled as (
                update replays r set state = 'cancelled', next_at = now(), finished_at = null
                where r.institution_id = $1 and r.id = $2 and (r.state = 'running' or r.state = 'done' and exists (
                    select from open_deliveries o where o.institution_id = $1 and o.replay_id = $2))
                returning endpoint_id)
            insert into audit_entries (institution_id, who, what, subject, detail)
            select $1, $3, $4, $5, (select url from endpoints p where p.institution_id = $1 and p.id = c.endpoint_id) from cancelled c
            """);
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.AddWithValue(id);
        AddNote(command, AuditedChange.ReplayCancelled, id);
        var cancelled = await command.ExecuteNonQueryAsync(cancellationToken) > 0;
        if (cancelled)
            Changed?.Invoke();
        return cancelled;
    }

    private static void AddNote(NpgsqlCommand command, string what, Guid id)
    {
        command.Parameters.AddWithValue(Actor.Current);
        command.Parameters.AddWithValue(what);
        command.Parameters.AddWithValue(PublicId.Format(PublicId.Replay, id));
    }

    private static async Task<List<Replay>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var replays = new List<Replay>();
        while (await row.ReadAsync(cancellationToken))
        {
            replays.Add(new Replay
            {
                Id = row.GetGuid(0),
                Filter = new ReplayFilter(
                    row.GetGuid(1), row.GetFieldValue<string[]>(2), row.TextOrNull(3), row.MomentOrNull(4), row.MomentOrNull(5)),
                Pace = row.GetInt32(6),
                State = row.GetString(7),
                Total = row.GetInt64(8),
                Enqueued = row.GetInt64(9),
                FinishedAt = row.MomentOrNull(10),
                Open = row.GetInt64(11),
                Delivered = row.GetInt64(12),
                Failed = row.GetInt64(13),
            });
        }

        return replays;
    }
}
