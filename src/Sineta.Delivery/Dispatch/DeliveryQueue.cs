using Npgsql;
using NpgsqlTypes;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Dispatch;

/// <summary>
/// The open deliveries in the database: who may take which, under which lease. What is fresh goes from memory and never comes through here;
/// this serves retries, what had no room, what was held, and what another node left behind.
/// </summary>
public sealed class DeliveryQueue(NpgsqlDataSource database)
{
    // A loose index scan: one probe for each endpoint that has anything unleased, however much it has.
    private const string DueSql = """
        with recursive lanes as (
            (select institution_id, endpoint_id, next_at from open_deliveries where lease is null
             order by institution_id, endpoint_id, next_at limit 1)
            union all
            select n.institution_id, n.endpoint_id, n.next_at
            from lanes l cross join lateral (
                select institution_id, endpoint_id, next_at from open_deliveries
                where lease is null and (institution_id, endpoint_id) > (l.institution_id, l.endpoint_id)
                order by institution_id, endpoint_id, next_at limit 1) n)
        select institution_id, endpoint_id, now() - next_at from lanes where next_at <= now()
        """;

    /// <summary>How much of all ordered lanes together one claim looks at.</summary>
    private const int OrderedDepth = 2_000;

    // Here too a learner's delivery waits: its endpoint may keep order since a change that this node has yet to hear of.
    private static readonly string OldestSql = ClaimSql("""
        wanted as (
            select * from unnest($2::bigint[], $3::uuid[], $4::int[]) as w (institution_id, endpoint_id, room)
            where exists (select from fence)),
        due as (
            select d.institution_id, d.id
            from wanted w cross join lateral (
                select o.institution_id, o.id from open_deliveries o
                where o.institution_id = w.institution_id and o.endpoint_id = w.endpoint_id and o.lease is null and o.next_at <= now()
                  and (o.learner is null or not exists (
                      select from open_deliveries e
                      where e.institution_id = o.institution_id and e.endpoint_id = o.endpoint_id and e.learner = o.learner and e.id < o.id))
                order by o.next_at, o.id
                limit w.room
                for update skip locked) d)
        """);

    // A learner's delivery waits while an earlier one of the same learner has no end, whoever holds it.
    private const string LookSql = """
        select o.institution_id, o.endpoint_id, o.id, b.id
        from unnest($1::bigint[], $2::uuid[]) as w (institution_id, endpoint_id)
        cross join lateral (
            select d.institution_id, d.endpoint_id, d.id, d.learner, d.next_at from open_deliveries d
            where d.institution_id = w.institution_id and d.endpoint_id = w.endpoint_id and d.lease is null and d.next_at <= now()
            order by d.next_at, d.id limit $3) o
        left join lateral (
            select e.id from open_deliveries e
            where e.institution_id = o.institution_id and e.endpoint_id = o.endpoint_id and e.learner = o.learner and e.id < o.id
            order by e.id desc limit 1) b on true
        order by o.next_at, o.id
        """;

    private static readonly string ChosenSql = ClaimSql("""
        due as (
            select o.institution_id, o.id
            from unnest($2::bigint[], $3::uuid[]) as w (institution_id, id)
            cross join lateral (
                select d.institution_id, d.id from open_deliveries d
                where d.institution_id = w.institution_id and d.id = w.id and d.lease is null and d.next_at <= now()
                for update skip locked) o
            where exists (select from fence))
        """);

    private static string ClaimSql(string due) => $"""
        with fence as materialized (
            select token from leases where token = $1 for key share),
        {due},
        claimed as (
            update open_deliveries o set lease = $1 from due
            where o.institution_id = due.institution_id and o.id = due.id
            returning o.institution_id, o.id, o.event_id, o.endpoint_id, o.cause, o.replay_id, o.attempts, o.next_at)
        select c.institution_id, c.id, c.endpoint_id, c.cause, c.replay_id, c.attempts,
               e.id, e.slug, e.dedupe_key, e.learner, e.occurred_at, e.correlation, e.source, e.body
        from claimed c join events e on e.institution_id = c.institution_id and e.id = c.event_id
        order by c.next_at, c.id
        """;

    /// <summary>The endpoints that have something due and unleased, and since how long.</summary>
    public async Task<List<(long InstitutionId, Guid EndpointId, TimeSpan Overdue)>> DueAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(DueSql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var due = new List<(long, Guid, TimeSpan)>();
        while (await reader.ReadAsync(cancellationToken))
            due.Add((reader.GetInt64(0), reader.GetGuid(1), reader.GetTimeSpan(2)));
        return due;
    }

    /// <summary>
    /// Takes up to <c>Room</c> deliveries for each lane under the lease, in the order in which they became due. Nothing is claimed before the
    /// commit, so that only of what this returns it can be unknown whether it was.
    /// </summary>
    public async Task<Claim> ClaimAsync(
        long lease, IReadOnlyCollection<(long InstitutionId, Guid EndpointId, int Room)> lanes, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(OldestSql, connection);
        EventLedger.Add(command.Parameters, lease);
        EventLedger.Add(command.Parameters, lanes.Select(static l => l.InstitutionId).ToArray());
        EventLedger.Add(command.Parameters, lanes.Select(static l => l.EndpointId).ToArray());
        EventLedger.Add(command.Parameters, lanes.Select(static l => l.Room).ToArray());
        var claimed = await ReadAsync(command, lease, cancellationToken);
        return new Claim(claimed, IsCertain: await TryCommitAsync(transaction));
    }

    /// <summary>
    /// The same for lanes that keep order. However much waits there for an earlier delivery of its learner, it looks only at so many of what
    /// has been due longest; where there are more, it puts off those that wait.
    /// </summary>
    public async Task<Claim> ClaimOrderedAsync(
        long lease, IReadOnlyCollection<(long InstitutionId, Guid EndpointId, int Room)> lanes, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var depth = Math.Max(1, OrderedDepth / lanes.Count);
        var due = (await LookAsync(connection, lanes, depth, cancellationToken)).ToLookup(static d => d.EndpointId);
        var full = due.Where(d => d.Count() == depth).Select(static d => d.Key).ToHashSet();
        DueDelivery[] free = [.. lanes.SelectMany(l => due[l.EndpointId].Where(static d => d.Before is null).Take(l.Room))];
        var claimed = free.Length == 0 ? [] : await ClaimAsync(connection, lease, free, cancellationToken);
        var blocked = due.Where(d => full.Contains(d.Key)).SelectMany(static d => d)
            .Where(static d => d.Before is not null).Select(static d => (d.InstitutionId, d.Id, d.Before ?? default)).ToArray();
        var putOff = blocked.Length == 0 ? [] : await LearnerOrder.PutOffAsync(connection, blocked, cancellationToken);
        full.IntersectWith([.. claimed.Select(static c => c.EndpointId), .. putOff]);
        return new Claim(claimed, IsCertain: await TryCommitAsync(transaction)) { Unfinished = full };
    }

    /// <summary>
    /// Frees what other nodes held whose lease ran out. Returns how many leases and deliveries. Where such a node was stopped within a
    /// transaction it is left for the next time, rather than waited for.
    /// </summary>
    public async Task<(int Leases, int Deliveries)> TakeOverAsync(long ownLease, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            var tokens = await DeleteExpiredAsync(connection, ownLease, cancellationToken);
            var freed = tokens.Length == 0 ? 0 : await FreeAsync(connection, tokens, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return (tokens.Length, freed);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            await transaction.RollbackAsync(cancellationToken);
            await EndStalledAsync(connection, cancellationToken);
            return (0, 0);
        }
    }

    /// <summary>Gives deliveries back unharmed: no attempt was made, none is counted.</summary>
    public async Task ReleaseAsync(IReadOnlyCollection<OpenDelivery> deliveries, TimeSpan delay, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        OpenDelivery[] fresh = [.. deliveries.Where(static d => d.Commit is not null)];
        if (fresh.Length > 0)
            await FreshDeliveries.OpenAsync(connection, [.. fresh.Select(static d => (d, d.Attempts, (DateTime?)null))], delay, cancellationToken);
        if (fresh.Length < deliveries.Count)
            await ReleaseAsync(connection, [.. deliveries.Where(static d => d.Commit is null)], delay, cancellationToken);
        foreach (var delivery in fresh)
            delivery.Commit!.Leave(1);
    }

    private static async Task ReleaseAsync(
        NpgsqlConnection connection, OpenDelivery[] deliveries, TimeSpan delay, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            update open_deliveries o set lease = null, next_at = greatest(o.next_at, now() + $4)
            from unnest($1::bigint[], $2::uuid[], $3::bigint[]) as g (institution_id, id, lease)
            where o.institution_id = g.institution_id and o.id = g.id and o.lease = g.lease
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. deliveries.Select(d => d.Event.InstitutionId)] });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. deliveries.Select(d => d.Id)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. deliveries.Select(d => d.Lease ?? 0)] });
        command.Parameters.Add(new NpgsqlParameter { Value = delay, NpgsqlDbType = NpgsqlDbType.Interval });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<List<DueDelivery>> LookAsync(
        NpgsqlConnection connection, IReadOnlyCollection<(long InstitutionId, Guid EndpointId, int Room)> lanes, int depth,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(LookSql, connection);
        EventLedger.Add(command.Parameters, lanes.Select(static l => l.InstitutionId).ToArray());
        EventLedger.Add(command.Parameters, lanes.Select(static l => l.EndpointId).ToArray());
        EventLedger.Add(command.Parameters, depth);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var due = new List<DueDelivery>();
        while (await reader.ReadAsync(cancellationToken))
            due.Add(new DueDelivery(reader.GetInt64(0), reader.GetGuid(1), reader.GetGuid(2), reader.IsDBNull(3) ? null : reader.GetGuid(3)));
        return due;
    }

    private static async Task<List<OpenDelivery>> ClaimAsync(
        NpgsqlConnection connection, long lease, DueDelivery[] chosen, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ChosenSql, connection);
        EventLedger.Add(command.Parameters, lease);
        EventLedger.Add(command.Parameters, EventLedger.Column(chosen, static c => c.InstitutionId));
        EventLedger.Add(command.Parameters, EventLedger.Column(chosen, static c => c.Id));
        return await ReadAsync(command, lease, cancellationToken);
    }

    private static async Task<bool> TryCommitAsync(NpgsqlTransaction transaction)
    {
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
            return true;
        }
        catch (Exception e) when (Database.IsUnavailable(e))
        {
            return false;
        }
    }

    private static async Task<List<OpenDelivery>> ReadAsync(NpgsqlCommand command, long lease, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var claimed = new List<OpenDelivery>();
        while (await reader.ReadAsync(cancellationToken))
            claimed.Add(Read(reader, lease));
        return claimed;
    }

    private static async Task<long[]> DeleteExpiredAsync(NpgsqlConnection connection, long ownLease, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("set local lock_timeout = '500ms'"),
                new("delete from leases where expires_at < now() and token <> $1 returning token") { Parameters = { new() { Value = ownLease } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var tokens = new List<long>();
        while (await reader.ReadAsync(cancellationToken))
            tokens.Add(reader.GetInt64(0));
        return [.. tokens];
    }

    // PostgreSQL itself ends what is idle within a transaction, but not a copy, or half a message, that waits for a client that was stopped.
    private static async Task EndStalledAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and usename = current_user and state = 'active' and wait_event = 'ClientRead'
              and query_start < now() - interval '5 s' and pid in (select pid from pg_locks where relation = 'leases'::regclass)
            """, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // A statement of its own: its snapshot shows what was stored under those leases while the deletion waited for them.
    private static async Task<int> FreeAsync(NpgsqlConnection connection, long[] leases, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("update open_deliveries set lease = null where lease = any($1)", connection);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = leases });
        return await command.ExecuteNonQueryAsync(cancellationToken) + await FreshDeliveries.FreeAsync(connection, leases, cancellationToken);
    }

    private static OpenDelivery Read(NpgsqlDataReader row, long lease) => new(
        row.GetGuid(1),
        new Event
        {
            InstitutionId = row.GetInt64(0),
            Id = row.GetGuid(6),
            Slug = row.GetString(7),
            DedupeKey = row.GetString(8),
            Learner = row.IsDBNull(9) ? null : row.GetString(9),
            OccurredAt = row.GetFieldValue<DateTimeOffset>(10),
            Correlation = row.GetString(11),
            Source = row.IsDBNull(12) ? null : row.GetString(12),
            Body = row.GetFieldValue<byte[]>(13),
        },
        row.GetGuid(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetGuid(4), row.GetInt16(5), lease);

    /// <param name="Before">The learner's delivery that it waits for; null where it waits for none.</param>
    private sealed record DueDelivery(long InstitutionId, Guid EndpointId, Guid Id, Guid? Before);
}

/// <param name="Deliveries">What was taken.</param>
/// <param name="IsCertain">False where the commit's answer was lost: whether they were taken is unknown, and they are to be given back.</param>
public sealed record Claim(IReadOnlyList<OpenDelivery> Deliveries, bool IsCertain)
{
    /// <summary>Endpoints of which more may be due than was looked at, and to whose rest the next claim comes.</summary>
    public IReadOnlySet<Guid> Unfinished { get; init; } = new HashSet<Guid>();
}
