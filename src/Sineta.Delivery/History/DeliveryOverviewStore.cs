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
    // From $3 on: by minutes up to $4, by half hours then.
    private const string Counted = """
        select h.endpoint_id, h.half_hour as at, h.delivered, h.refused, h.unreachable, h.latency
        from endpoint_half_hours h where h.institution_id = $1 and h.endpoint_id = any($2) and h.half_hour >= $4
        union all
        select m.endpoint_id, m.minute, m.delivered, m.refused, m.unreachable, m.latency
        from endpoint_minutes m where m.institution_id = $1 and m.endpoint_id = any($2) and m.minute >= $3 and m.minute < $4
        """;

    private const string StepsSql = $"""
        select date_bin($5, at, timestamptz '2000-01-01') as step, sum(delivered)::bigint, sum(refused)::bigint, sum(unreachable)::bigint
        from ({Counted}) counted group by step
        """;

    private const string LatencySql = $"""
        select step, array_agg(count order by bucket) from (
            select date_bin($5, c.at, timestamptz '2000-01-01') as step, l.bucket, sum(l.count)::bigint as count
            from ({Counted}) c cross join lateral unnest(c.latency) with ordinality as l (count, bucket)
            group by 1, 2) of_step
        group by step
        """;

    private const string BacklogSql = """
        select at, max(waiting)::bigint from (
            select date_bin($4, minute, timestamptz '2000-01-01') as at, minute, sum(waiting) as waiting
            from endpoint_backlog where institution_id = $1 and endpoint_id = any($2) and minute >= $3
            group by 1, 2) of_minute
        group by at
        """;

    private const string GlanceSql = $$"""
        with counted as materialized ({{Counted}}),
        counts as (
            select endpoint_id, sum(delivered)::bigint as delivered, sum(refused)::bigint as refused, sum(unreachable)::bigint as unreachable
            from counted group by endpoint_id),
        latency as (
            select endpoint_id, array_agg(count order by bucket) as buckets from (
                select endpoint_id, l.bucket, sum(l.count)::bigint as count
                from counted cross join lateral unnest(latency) with ordinality as l (count, bucket)
                group by 1, 2) of_bucket
            group by endpoint_id),
        waiting as (
            select endpoint_id, count(*) as waiting from unconcluded_deliveries
            where institution_id = $1 and endpoint_id = any($2) group by endpoint_id)
        select w.id, coalesce(c.delivered, 0), coalesce(c.refused, 0), coalesce(c.unreachable, 0), coalesce(l.buckets, '{}'),
               coalesce(o.waiting, 0), f.started_at, f.outcome, f.problem, f.status, f.total_us
        from unnest($2::uuid[]) as w (id)
        left join counts c on c.endpoint_id = w.id
        left join latency l on l.endpoint_id = w.id
        left join waiting o on o.endpoint_id = w.id
        left join lateral (
            (select a.started_at, a.outcome, a.problem, a.status, a.total_us from (
                select coalesce(f.id, d.id) as id, coalesce(f.attempts, d.attempts) as attempts
                from (
                    select id, attempts, learner from open_deliveries
                    where institution_id = $1 and endpoint_id = w.id and lease is null order by next_at desc limit 20) d
                left join lateral (
                    select id, attempts from open_deliveries
                    where institution_id = $1 and endpoint_id = w.id and learner = d.learner order by id limit 1) f on true) d
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

    private static readonly TimeSpan HalfHour = TimeSpan.FromMinutes(30);

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
        var byHalfHours = step.Ticks % HalfHour.Ticks == 0 ? first.UtcDateTime : DateTime.MaxValue;
        var counts = (await Command(StepsSql, institutionId, endpointIds, first.UtcDateTime, byHalfHours, step).RowsAsync(
            static row => (At: row.GetFieldValue<DateTimeOffset>(0), Counts: CountsOf(row)), cancellationToken))
            .ToDictionary(r => r.At, r => r.Counts);
        var latency = (await Command(LatencySql, institutionId, endpointIds, first.UtcDateTime, byHalfHours, step).RowsAsync(
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
        var from = time.GetUtcNow() - window;
        var byHalfHours = FloorOf(from, HalfHour) + HalfHour;
        var rows = await Command(GlanceSql, institutionId, endpointIds, from.UtcDateTime, byHalfHours.UtcDateTime).RowsAsync(
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
