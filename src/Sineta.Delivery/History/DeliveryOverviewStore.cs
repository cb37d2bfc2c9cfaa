using Npgsql;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.History;

/// <summary>
/// Reads how endpoints did, many in one round: the last seconds may not be in it yet. The endpoints are named, so that each is a range of
/// an index.
/// </summary>
public sealed class DeliveryOverviewStore(HistoryDatabase database, TimeProvider time)
{
    private const string StepsSql = """
        select date_bin($4, minute, timestamptz '2000-01-01') as at, sum(delivered)::bigint, sum(refused)::bigint, sum(unreachable)::bigint
        from endpoint_minutes where institution_id = $1 and endpoint_id = any($2) and minute >= $3
        group by at
        """;

    private const string LatencySql = """
        select at, array_agg(count order by bucket) from (
            select date_bin($4, m.minute, timestamptz '2000-01-01') as at, l.bucket, sum(l.count)::bigint as count
            from endpoint_minutes m cross join lateral unnest(m.latency) with ordinality as l (count, bucket)
            where m.institution_id = $1 and m.endpoint_id = any($2) and m.minute >= $3
            group by 1, 2) of_step
        group by at
        """;

    private const string BacklogSql = """
        select at, max(waiting)::bigint from (
            select date_bin($4, minute, timestamptz '2000-01-01') as at, minute, sum(waiting) as waiting
            from endpoint_backlog where institution_id = $1 and endpoint_id = any($2) and minute >= $3
            group by 1, 2) of_minute
        group by at
        """;

    private const string GlanceSql = """
        select w.id, t.delivered, t.refused, t.unreachable, t.latency, o.waiting,
               f.started_at, f.outcome, f.problem, f.status, f.total_us
        from unnest($2::uuid[]) as w (id)
        cross join lateral (
            select coalesce(sum(m.delivered), 0)::bigint as delivered, coalesce(sum(m.refused), 0)::bigint as refused,
                   coalesce(sum(m.unreachable), 0)::bigint as unreachable,
                   array(
                       select sum(l.count)::bigint
                       from endpoint_minutes n cross join lateral unnest(n.latency) with ordinality as l (count, bucket)
                       where n.institution_id = $1 and n.endpoint_id = w.id and n.minute >= $3
                       group by l.bucket order by l.bucket) as latency
            from endpoint_minutes m where m.institution_id = $1 and m.endpoint_id = w.id and m.minute >= $3) t
        cross join lateral (select count(*) as waiting from open_deliveries d where d.institution_id = $1 and d.endpoint_id = w.id) o
        left join lateral (
            (select a.started_at, a.outcome, a.problem, a.status, a.total_us from (
                select id, attempts from open_deliveries d
                where d.institution_id = $1 and d.endpoint_id = w.id and d.lease is null order by d.next_at desc limit 20) d
             join attempts a on a.institution_id = $1 and a.delivery_id = d.id
             where d.attempts > 0 and a.outcome <> 'delivered')
            union all
            (select started_at, outcome, problem, status, total_us from (
                select started_at, outcome, problem, status, total_us, conclusion from attempts a
                where a.institution_id = $1 and a.endpoint_id = w.id and a.conclusion is not null
                order by a.delivery_id desc limit 100) of_late
             where conclusion = 'failed')
            order by started_at desc limit 1) f on true
        """;

    /// <summary>Some endpoints together.</summary>
    /// <param name="institutionId">Whose they are.</param>
    /// <param name="endpointIds">Which.</param>
    /// <param name="window">How far back.</param>
    /// <param name="step">The length of a step; a divisor of a day, or of some.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<DeliveryOverview> ReadAsync(
        long institutionId, Guid[] endpointIds, TimeSpan window, TimeSpan step, CancellationToken cancellationToken)
    {
        var first = FloorOf(time.GetUtcNow() - window, step) + step;
        var counts = (await Command(StepsSql, institutionId, endpointIds, first.UtcDateTime, step).RowsAsync(
            static row => (At: row.GetFieldValue<DateTimeOffset>(0), Counts: CountsOf(row)), cancellationToken))
            .ToDictionary(r => r.At, r => r.Counts);
        var latency = (await Command(LatencySql, institutionId, endpointIds, first.UtcDateTime, step).RowsAsync(
            static row => (At: row.GetFieldValue<DateTimeOffset>(0), Buckets: row.GetFieldValue<long[]>(1)), cancellationToken))
            .ToDictionary(r => r.At, r => r.Buckets);
        var backlog = (await Command(BacklogSql, institutionId, endpointIds, first.UtcDateTime, step).RowsAsync(
            static row => (At: row.GetFieldValue<DateTimeOffset>(0), Waiting: row.GetInt64(1)), cancellationToken))
            .ToDictionary(r => r.At, r => r.Waiting);
        var none = new OutcomeCounts(0, 0, 0);
        return new DeliveryOverview
        {
            From = first,
            Step = step,
            Total = counts.Values.Aggregate(none, static (total, one) => total + one),
            Latency = LatencyOf(Sum(latency.Values)),
            Steps =
            [
                .. from number in Enumerable.Range(0, (int)(window / step))
                   let at = first + (number * step)
                   select new OverviewStep(
                       at, counts.GetValueOrDefault(at, none), LatencyOf(latency.GetValueOrDefault(at, [])), backlog.GetValueOrDefault(at)),
            ],
        };
    }

    /// <summary>Each of some endpoints at a glance.</summary>
    public async Task<IReadOnlyDictionary<Guid, EndpointGlance>> GlanceAsync(
        long institutionId, Guid[] endpointIds, TimeSpan window, CancellationToken cancellationToken)
    {
        var rows = await Command(GlanceSql, institutionId, endpointIds, (time.GetUtcNow() - window).UtcDateTime).RowsAsync(
            static row => (Id: row.GetGuid(0), Glance: new EndpointGlance(
                CountsOf(row), LatencyOf(row.GetFieldValue<long[]>(4)), row.GetInt64(5), FailureOf(row))), cancellationToken);
        return rows.ToDictionary(r => r.Id, r => r.Glance);
    }

    private static OutcomeCounts CountsOf(NpgsqlDataReader row) => new(row.GetInt64(1), row.GetInt64(2), row.GetInt64(3));

    private static AttemptSummary? FailureOf(NpgsqlDataReader row) => row.MomentOrNull(6) is { } at
        ? new AttemptSummary(at, row.GetString(7), row.TextOrNull(8), row.NumberOrNull(9), row.NumberOrNull(10)) : null;

    private static Latency LatencyOf(long[] buckets) => new(
        LatencyBuckets.Quantile(buckets, 0.5), LatencyBuckets.Quantile(buckets, 0.95), LatencyBuckets.Quantile(buckets, 0.99));

    private static long[] Sum(IEnumerable<long[]> histograms)
    {
        var sum = new long[LatencyBuckets.Count];
        foreach (var histogram in histograms)
        {
            for (var i = 0; i < histogram.Length; i++)
                sum[i] += histogram[i];
        }

        return sum;
    }

    // As date_bin does from 2000-01-01 on.
    private static DateTimeOffset FloorOf(DateTimeOffset moment, TimeSpan step)
    {
        var origin = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return origin + (Math.Floor((moment - origin) / step) * step);
    }

    private NpgsqlCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        return command;
    }
}
