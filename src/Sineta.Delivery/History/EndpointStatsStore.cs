using Npgsql;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.History;

/// <summary>Reads what <see cref="EndpointStatistics"/> counted; the last seconds may not be in it yet.</summary>
public sealed class EndpointStatsStore(HistoryDatabase database, TimeProvider time)
{
    private const string SeriesSql = """
        select date_bin($4, minute, timestamptz '2000-01-01') as at,
               sum(delivered)::bigint, sum(refused)::bigint, sum(unreachable)::bigint
        from endpoint_minutes
        where institution_id = $1 and endpoint_id = $2 and minute >= $3
        group by at order by at
        """;

    private const string LatencySql = """
        select array(
            select sum(l.count)::bigint
            from endpoint_minutes m cross join lateral unnest(m.latency) with ordinality as l (count, bucket)
            where m.institution_id = $1 and m.endpoint_id = $2 and m.minute >= $3
            group by l.bucket order by l.bucket)
        """;

    private const string OpenSql = "select count(*) from unconcluded_deliveries where institution_id = $1 and endpoint_id = $2";

    /// <summary>The latest of an endpoint.</summary>
    /// <param name="institutionId">Whose it is.</param>
    /// <param name="endpointId">Which.</param>
    /// <param name="window">How far back, in whole minutes.</param>
    /// <param name="step">The length of a step of the series.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<EndpointStats> ReadAsync(
        long institutionId, Guid endpointId, TimeSpan window, TimeSpan step, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow();
        var from = until - window;
        var series = await SeriesAsync(Command(SeriesSql, institutionId, endpointId, from.UtcDateTime, step), cancellationToken);
        var latency = (long[])await ScalarAsync(Command(LatencySql, institutionId, endpointId, from.UtcDateTime), cancellationToken);
        return new EndpointStats
        {
            From = from,
            Until = until,
            Total = series.Aggregate(new OutcomeCounts(0, 0, 0), static (total, step) => total + step.Counts),
            P50 = LatencyBuckets.Quantile(latency, 0.5),
            P95 = LatencyBuckets.Quantile(latency, 0.95),
            P99 = LatencyBuckets.Quantile(latency, 0.99),
            Series = series,
            Open = (long)await ScalarAsync(Command(OpenSql, institutionId, endpointId), cancellationToken),
        };
    }

    private static async Task<List<(DateTimeOffset At, OutcomeCounts Counts)>> SeriesAsync(
        NpgsqlCommand query, CancellationToken cancellationToken)
    {
        await using var command = query;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var series = new List<(DateTimeOffset, OutcomeCounts)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var counts = new OutcomeCounts(reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
            series.Add((reader.GetFieldValue<DateTimeOffset>(0), counts));
        }

        return series;
    }

    private static async Task<object> ScalarAsync(NpgsqlCommand query, CancellationToken cancellationToken)
    {
        await using var command = query;
        return (await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private NpgsqlCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        return command;
    }
}
