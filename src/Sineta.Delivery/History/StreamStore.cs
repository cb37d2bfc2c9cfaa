using Npgsql;
using NpgsqlTypes;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.History;

/// <summary>The attempts of institutions that somebody listens to, in the order in which they came on record.</summary>
public sealed class StreamStore(NpgsqlDataSource database, HistoryDatabase history, Configuration configuration)
{
    // What was noted is without a gap only since the last time that it began to be.
    private const string ListenSql = """
        insert into stream_listeners as l (institution_id, since, until) values ($1, pg_current_xact_id(), now() + $2)
        on conflict (institution_id) do update
        set until = excluded.until, since = case when l.until < now() then excluded.since else l.since end
        returning since, pg_snapshot_xmin(pg_current_snapshot())
        """;

    // A transaction of somebody else's may run for hours: no transaction that notes attempts is as old as that.
    private const string IsSettled = "(transaction < pg_snapshot_xmin(pg_current_snapshot()) or noted_at < now() - interval '15 seconds')";

    // The limits keep the planner from any join but one probe for each attempt.
    private const string PageSql = $"""
        select n.transaction, n.item, n.settled, a.delivery_id, a.event_id, a.endpoint_id, a.slug, a.learner, a.cause, a.replay_id,
               a.conclusion, a.number, o.next_at, a.started_at, a.outcome, a.problem, a.status, a.total_us
        from (select transaction, item, delivery_id, number, lease, {IsSettled} as settled
              from stream_attempts
              where institution_id = $1 and (transaction, item) > ($2, $3)
              order by transaction, item limit $4) n
        cross join lateral (
            select * from attempts a
            where a.institution_id = $1 and a.delivery_id = n.delivery_id and a.number = n.number and a.lease = n.lease limit 1) a
        left join lateral (
            select next_at from open_deliveries o where o.institution_id = $1 and o.id = n.delivery_id limit 1) o on true
        order by n.transaction, n.item
        """;

    private const string RestSql = $"""
        select transaction, item, count(*) over () from stream_attempts
        where institution_id = $1 and (transaction, item) > ($2, $3) and {IsSettled}
        order by transaction desc, item desc limit 1
        """;

    /// <summary>
    /// Has every node note an institution's attempts for a while. Returns from where nothing that was noted is missing, and where what
    /// happens from now on begins.
    /// </summary>
    public async Task<(StreamPosition Since, StreamPosition Now)> ListenAsync(
        long institutionId, TimeSpan time, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ListenSql);
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.AddWithValue(time);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (since, now) = (reader.GetFieldValue<ulong>(0), reader.GetFieldValue<ulong>(1));
        return (new StreamPosition(since, 0), new StreamPosition(Math.Max(since, now), 0));
    }

    /// <summary>The first attempts behind a position, in order, and whether the order up to each is final.</summary>
    public Task<List<(StreamPosition Position, bool IsSettled, DeliveryEntry Delivery)>> ReadAsync(
        long institutionId, StreamPosition after, int limit, CancellationToken cancellationToken)
    {
        var command = Command(PageSql, institutionId, after);
        command.Parameters.AddWithValue(limit);
        return command.RowsAsync(
            row => (PositionIn(row), row.GetBoolean(2), Read(row, institutionId)), cancellationToken);
    }

    /// <summary>The last of all settled attempts behind a position, and how many they are; null where there are none.</summary>
    public async Task<(StreamPosition Last, long Count)?> RestAsync(
        long institutionId, StreamPosition after, CancellationToken cancellationToken)
    {
        var rest = await Command(RestSql, institutionId, after).RowsAsync(
            static row => (PositionIn(row), row.GetInt64(2)), cancellationToken);
        return rest.Count == 0 ? null : rest[0];
    }

    private NpgsqlCommand Command(string sql, long institutionId, StreamPosition after)
    {
        var command = history.CreateCommand(sql);
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.Add(new NpgsqlParameter { Value = after.Transaction, NpgsqlDbType = NpgsqlDbType.Xid8 });
        command.Parameters.AddWithValue(after.Item);
        return command;
    }

    private static StreamPosition PositionIn(NpgsqlDataReader row) => new(row.GetFieldValue<ulong>(0), row.GetInt32(1));

    private DeliveryEntry Read(NpgsqlDataReader row, long institutionId) => new()
    {
        Id = row.GetGuid(3),
        EventId = row.GetGuid(4),
        EndpointId = row.GetGuid(5),
        Slug = row.GetString(6),
        Learner = row.TextOrNull(7),
        Cause = row.GetString(8),
        ReplayId = row.IdOrNull(9),
        Status = row.TextOrNull(10) switch
        {
            "delivered" => DeliveryStatus.Delivered,
            "failed" => DeliveryStatus.Failed,
            _ when IsActive(institutionId, row.GetGuid(5)) => DeliveryStatus.Pending,
            _ => DeliveryStatus.Held,
        },
        Attempts = row.GetInt16(11),
        NextAt = row.IsDBNull(10) ? row.MomentOrNull(12) : null,
        Last = new AttemptSummary(
            row.GetFieldValue<DateTimeOffset>(13), row.GetString(14), row.TextOrNull(15), row.NumberOrNull(16), row.NumberOrNull(17)),
    };

    private bool IsActive(long institutionId, Guid endpointId) =>
        configuration.FindEndpoint(institutionId, endpointId) is { Status: EndpointStatus.Active };
}
