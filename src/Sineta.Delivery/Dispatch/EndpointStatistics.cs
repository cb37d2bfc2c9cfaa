using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Dispatch;

/// <summary>
/// Counts attempts per endpoint and minute, in memory, and adds the counts to the database every few seconds and at the end, to the half
/// hour's as well. They are statistics: a node that is killed loses the last seconds, and counts whose commit was not confirmed are added again.
/// </summary>
public sealed partial class EndpointStatistics(NpgsqlDataSource database, TimeProvider time, ILogger<EndpointStatistics> logger)
    : BackgroundService
{
    private static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(5);

    // With thousands of busy endpoints each is written about once a minute rather than every five seconds.
    private const int MinRowsAFlush = 500;
    private const int FlushesAMinute = 12;

    private static readonly TimeSpan HalfHour = TimeSpan.FromMinutes(30);

    private static readonly string AddMinutesSql = AddSql("endpoint_minutes", "minute");
    private static readonly string AddHalfHoursSql = AddSql("endpoint_half_hours", "half_hour");

    private static string AddSql(string table, string time) => $"""
        insert into {table} as m (institution_id, endpoint_id, {time}, delivered, refused, unreachable, latency)
        select g.institution_id, g.endpoint_id, g.at, g.delivered, g.refused, g.unreachable, ($7::int[])[(n - 1) * $8 + 1 : n * $8]
        from unnest($1::bigint[], $2::uuid[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::bigint[]) with ordinality
            as g (institution_id, endpoint_id, at, delivered, refused, unreachable, n)
        order by g.institution_id, g.endpoint_id, g.at
        on conflict (institution_id, endpoint_id, {time}) do update
        set delivered = m.delivered + excluded.delivered,
            refused = m.refused + excluded.refused,
            unreachable = m.unreachable + excluded.unreachable,
            latency = array(
                select coalesce(a, 0) + coalesce(b, 0) from unnest(m.latency, excluded.latency) with ordinality as l (a, b, n) order by n)
        """;

    private readonly ConcurrentDictionary<(long InstitutionId, Guid EndpointId, DateTime At), Counts> _counts = new();
    private readonly ConcurrentQueue<Counts> _unwritten = new();
    private readonly OnceAMinute _trouble = new(time);

    /// <summary>Counts an attempt in the minute in which it ended.</summary>
    public void Record(long institutionId, Guid endpointId, AttemptResult result)
    {
        var minute = FloorOf(time.GetUtcNow().UtcDateTime, TimeSpan.FromMinutes(1));
        Count((institutionId, endpointId, minute), result, static (counts, one) => counts.Add(one));
    }

    /// <summary>Adds to the database what was counted since the last time, or a part of it where it is very much.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        // No more than there are now: what is closed here may be queued again meanwhile, and a statement adds to a row once only.
        var present = _unwritten.Count;
        var limit = Math.Min(present, Math.Max(MinRowsAFlush, present / FlushesAMinute));
        var rows = new List<Counts>(limit);
        while (rows.Count < limit && _unwritten.TryDequeue(out var counts))
        {
            counts.Close();
            _counts.TryRemove(KeyValuePair.Create(counts.Key, counts));
            rows.Add(counts);
        }

        if (rows.Count == 0)
            return;
        try
        {
            // Together or not at all.
            await using var batch = database.CreateBatch();
            batch.BatchCommands.Add(Command(AddMinutesSql, rows));
            batch.BatchCommands.Add(Command(AddHalfHoursSql, HalfHoursOf(rows)));
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        catch
        {
            foreach (var row in rows)
                Count(row.Key, row, static (counts, unwritten) => counts.Add(unwritten));
            throw;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(FlushInterval, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            await ((Task)timer.WaitForNextTickAsync(stoppingToken).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await TryFlushAsync(stoppingToken.IsCancellationRequested);
        }
    }

    private async Task TryFlushAsync(bool all)
    {
        try
        {
            do
            {
                await FlushAsync(CancellationToken.None);
            }
            while (all && !_unwritten.IsEmpty);
        }
        catch (Exception e) when (Database.IsUnavailable(e))
        {
            if (_trouble.IsDue())
                LogUnavailable(e.Message);
        }
    }

    private void Count<T>((long, Guid, DateTime) key, T counted, Action<Counts, T> add)
    {
        while (true)
        {
            var counts = _counts.GetOrAdd(key, static key => new Counts(key));
            lock (counts.Gate)
            {
                if (counts.IsClosed)
                    continue; // it was written between these two lines
                if (counts.IsEmpty)
                    _unwritten.Enqueue(counts);
                add(counts, counted);
                return;
            }
        }
    }

    private static List<Counts> HalfHoursOf(List<Counts> minutes)
    {
        var halfHours = new Dictionary<(long, Guid, DateTime), Counts>();
        foreach (var minute in minutes)
        {
            var key = minute.Key with { At = FloorOf(minute.Key.At, HalfHour) };
            if (!halfHours.TryGetValue(key, out var counts))
                halfHours.Add(key, counts = new Counts(key));
            counts.Add(minute);
        }

        return [.. halfHours.Values];
    }

    private static DateTime FloorOf(DateTime moment, TimeSpan step) => new(moment.Ticks - (moment.Ticks % step.Ticks), DateTimeKind.Utc);

    private static NpgsqlBatchCommand Command(string sql, List<Counts> rows)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddWithValue(rows.ConvertAll(static r => r.Key.InstitutionId).ToArray());
        command.Parameters.AddWithValue(rows.ConvertAll(static r => r.Key.EndpointId).ToArray());
        command.Parameters.AddWithValue(rows.ConvertAll(static r => r.Key.At).ToArray());
        command.Parameters.AddWithValue(rows.ConvertAll(static r => r.Delivered).ToArray());
        command.Parameters.AddWithValue(rows.ConvertAll(static r => r.Refused).ToArray());
        command.Parameters.AddWithValue(rows.ConvertAll(static r => r.Unreachable).ToArray());
        command.Parameters.AddWithValue(rows.SelectMany(static r => r.Latency).ToArray());
        command.Parameters.AddWithValue(LatencyBuckets.Count);
        return command;
    }

    /// <summary>What was counted in a minute, or a half hour, and is not written yet.</summary>
    private sealed class Counts((long InstitutionId, Guid EndpointId, DateTime At) key)
    {
        public (long InstitutionId, Guid EndpointId, DateTime At) Key { get; } = key;

        public Lock Gate { get; } = new();

        public bool IsClosed { get; private set; }

        public bool IsEmpty => Delivered + Refused + Unreachable == 0;

        public long Delivered { get; private set; }

        public long Refused { get; private set; }

        public long Unreachable { get; private set; }

        public int[] Latency { get; } = new int[LatencyBuckets.Count];

        public void Add(AttemptResult result)
        {
            switch (result.Outcome)
            {
                case AttemptOutcome.Delivered:
                    Delivered++;
                    break;
                case AttemptOutcome.Refused:
                    Refused++;
                    break;
                default:
                    Unreachable++;
                    break;
            }

            Latency[LatencyBuckets.IndexOf(result.Timings.Total)]++;
        }

        public void Add(Counts other)
        {
            Delivered += other.Delivered;
            Refused += other.Refused;
            Unreachable += other.Unreachable;
            for (var i = 0; i < Latency.Length; i++)
                Latency[i] += other.Latency[i];
        }

        /// <summary>Nothing more is counted in it: what it holds may be read and written.</summary>
        public void Close()
        {
            lock (Gate)
            {
                IsClosed = true;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Statistics wait for the database: {Problem}")]
    private partial void LogUnavailable(string problem);
}
