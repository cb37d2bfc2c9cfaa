using Npgsql;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.History;

/// <summary>A replay that this node holds for one step, by a row lock that ends with the step's transaction.</summary>
/// <param name="EndpointIsDeleted">Nothing can be sent any more.</param>
/// <param name="Place">Where it stands in the log; null at the beginning.</param>
/// <param name="Open">Its deliveries without an end, counted up to <see cref="ReplayQueue.MaxOpen"/>.</param>
public sealed record ReplayStep(
    long InstitutionId, Guid Id, ReplayFilter Filter, int Pace, string State, Guid? Place, bool EndpointIsDeleted, int Open);

/// <summary>
/// What is left to do for replays. Each step of one is a transaction, so that a node that dies within it has done it or has not.
/// </summary>
public sealed class ReplayQueue(NpgsqlDataSource database, IdGenerator ids, DeliveryOptions options, TimeProvider time)
{
    /// <summary>How many open deliveries a replay has at most: what is held for a paused endpoint does not pile up.</summary>
    public const int MaxOpen = 1_000;

    private const int Window = 10_000;

    // What a transaction that is older than the replay appends goes by the endpoints of before, so the log is read once all of those have
    // ended; but not every transaction of the server is ours, and of ours none takes that long.
    private const string IsReadable = """
        r.state <> 'running' or r.cursor_id is not null or r.made_in < pg_snapshot_xmin(pg_current_snapshot())
        or r.next_at < now() - interval '1 minute'
        """;

    private const string ClaimSql = $"""
        select r.institution_id, r.id, r.endpoint_id, r.slugs, r.status, r.occurred_from, r.occurred_until, r.pace, r.state, r.cursor_id,
               p.status = 'deleted',
               (select count(*) from (
                   select from open_deliveries o where o.institution_id = r.institution_id and o.replay_id = r.id limit $1) o)
        from replays r join endpoints p on p.institution_id = r.institution_id and p.id = r.endpoint_id
        where r.finished_at is null and r.next_at <= now() and ({IsReadable})
        order by r.next_at limit 1
        for update of r skip locked
        """;

    // $10 are as many new ids as there is room for. Less wanted than that, and less looked through than could be, is the end of the log.
    private const string EnqueueSql = """
        chosen as (
            select place, id, learner, row_number() over (order by place) as number
            from wanted order by place limit cardinality($10::uuid[])),
        opened as (
            insert into open_deliveries (institution_id, id, event_id, endpoint_id, learner, cause, replay_id, next_at)
            select $1, ($10::uuid[])[c.number::int], c.id, $4, case when p.ordering = 'per_learner' then c.learner end, 'replay', $2, now()
            from chosen c join endpoints p on p.institution_id = $1 and p.id = $4),
        reached as (
            select (select count(*) from chosen) as made,
                   (select count(*) from chosen) = cardinality($10::uuid[]) as is_full,
                   (select count(*) from scanned) < $9 as is_last)
        update replays r set
            enqueued = r.enqueued + made,
            cursor_id = coalesce(
                case when is_full then (select place from chosen order by place desc limit 1)
                     else (select place from scanned order by place desc limit 1) end, r.cursor_id),
            next_at = now() + made * interval '1 second' / r.pace,
            state = case when is_last and not is_full then 'done' else r.state end,
            finished_at = case when is_last and not is_full then now() end
        from reached
        where r.institution_id = $1 and r.id = $2
        returning made
        """;

    // What was never called is withdrawn as if it had not been; what was has an end on record.
    private static readonly string WithdrawSql = $"""
        with doomed as (
            select institution_id, id from open_deliveries
            where institution_id = $1 and replay_id = $2 and lease is null
            limit $3 for update skip locked),
        withdrawn as (
            delete from open_deliveries o using doomed d where o.institution_id = d.institution_id and o.id = d.id
            returning o.institution_id, o.id, o.event_id, o.endpoint_id, o.learner, o.cause, o.replay_id, o.attempts),
        called as (
            select * from withdrawn where attempts > 0),
        recorded as ({AttemptLedger.AbandonSql("The replay was cancelled.", from: "called", at: "$5", node: "$6")}),
        reached as (
            update replays set
                next_at = now() + interval '250 milliseconds',
                finished_at = case when $4 <= (select count(*) from withdrawn) then now() end
            where institution_id = $1 and id = $2)
        select endpoint_id, learner, id from withdrawn where learner is not null
        """;

    private const string SettleSql = """
        with ended as (
            select r.institution_id, r.id from replays r
            where r.finished_at is not null and r.delivered is null
              and not exists (select from open_deliveries o where o.institution_id = r.institution_id and o.replay_id = r.id)
            limit 10 for update skip locked)
        update replays r set delivered = a.delivered, failed = a.failed
        from ended e
        cross join lateral (
            select count(*) filter (where a.conclusion = 'delivered') as delivered, count(*) filter (where a.conclusion = 'failed') as failed
            from attempts a
            where a.institution_id = e.institution_id and a.replay_id = e.id and a.replay_id is not null and a.conclusion is not null) a
        where r.institution_id = e.institution_id and r.id = e.id
        """;

    /// <summary>Takes the replay that is longest due and that no other node holds; null where there is none.</summary>
    public static async Task<ReplayStep?> ClaimAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ClaimSql, connection);
        command.Parameters.AddWithValue(MaxOpen);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
            return null;
        var filter = new ReplayFilter(
            row.GetGuid(2), row.GetFieldValue<string[]>(3), row.TextOrNull(4), row.MomentOrNull(5), row.MomentOrNull(6));
        return new ReplayStep(
            row.GetInt64(0), row.GetGuid(1), filter, row.GetInt32(7), row.GetString(8), row.IdOrNull(9), row.GetBoolean(10),
            (int)row.GetInt64(11));
    }

    /// <summary>Makes deliveries of the next events, <paramref name="room"/> at most. Returns how many.</summary>
    public async Task<long> EnqueueAsync(NpgsqlConnection connection, ReplayStep step, int room, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"with {ReplayQuery.For(step.Filter)}, {EnqueueSql}", connection);
        ReplayQuery.AddParameters(command.Parameters, step.InstitutionId, step.Id, step.Place, step.Filter, Window);
        command.Parameters.AddWithValue(Enumerable.Range(0, room).Select(_ => ids.Next()).ToArray());
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Takes back what of a cancelled replay is in nobody's hands; it is finished once nothing else is open.</summary>
    public async Task WithdrawAsync(NpgsqlConnection connection, ReplayStep step, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(WithdrawSql, connection);
        command.Parameters.AddWithValue(step.InstitutionId);
        command.Parameters.AddWithValue(step.Id);
        command.Parameters.AddWithValue(MaxOpen);
        command.Parameters.AddWithValue((long)step.Open);
        command.Parameters.AddWithValue(time.GetUtcNow().UtcDateTime);
        command.Parameters.AddWithValue(options.NodeName);
        var ordered = new List<(long, Guid, string?, Guid)>();
        await using (var row = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await row.ReadAsync(cancellationToken))
                ordered.Add((step.InstitutionId, row.GetGuid(0), row.GetString(1), row.GetGuid(2)));
        }

        await LearnerOrder.MakeNextDueAsync(connection, ordered, cancellationToken);
    }

    /// <summary>Ends the replay of a deleted endpoint, whose open deliveries end with it.</summary>
    public static async Task EndAsync(NpgsqlConnection connection, ReplayStep step, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "update replays set state = 'cancelled', finished_at = now() where institution_id = $1 and id = $2", connection);
        command.Parameters.AddWithValue(step.InstitutionId);
        command.Parameters.AddWithValue(step.Id);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Lets a replay rest whose deliveries are not made fast enough.</summary>
    public static async Task PostponeAsync(
        NpgsqlConnection connection, ReplayStep step, TimeSpan pause, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "update replays set next_at = now() + $3 where institution_id = $1 and id = $2", connection);
        command.Parameters.AddWithValue(step.InstitutionId);
        command.Parameters.AddWithValue(step.Id);
        command.Parameters.AddWithValue(pause);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Writes down what came of replays all of whose deliveries have ended.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(SettleSql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>How long until a replay is due, nothing or less where one is; null where there is none to work on.</summary>
    public async Task<TimeSpan?> NextAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select min(next_at) - now() from replays where finished_at is null");
        return await command.ExecuteScalarAsync(cancellationToken) as TimeSpan?;
    }
}
