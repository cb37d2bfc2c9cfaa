using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Sineta.Bench.Load;
using Sineta.Bench.Parts;

namespace Sineta.Bench.Measures;

/// <summary>
/// Puts four weeks of deliveries into the log of a server's only institution with endpoints, past the server: all types, learners, some with
/// two attempts, some that failed, some of replays, the counters of each minute, and many that are held for an endpoint that is paused.
/// </summary>
internal sealed class HistoryFiller : IAsyncDisposable
{
    private const int Days = 28, Replays = 25;

    // Of thirty equal stretches, 24 begin with a replay of a thousandth of everything, and the 25th with one of a twentieth.
    private const string Numbered = """
        with numbered as materialized (
            select n, at, uuidv7(at - clock_timestamp()) as event_id, uuidv7(at + interval '1 ms' - clock_timestamp()) as delivery_id,
                   'activities.' || case when n % 1000 = 999 then 'trail.completed' when n % 100 < 80 then 'content.completed'
                       when n % 100 < 92 then 'course.enrollment' when n % 100 < 98 then 'course.completed' else 'certificate.issued' end as slug,
                   case when n % 1000 = 7 then $2 else $3 + n * 7919 % $4 end::text as learner,
                   case when stretch between 1 and 24 and n - stretch * $5 / 30 < $5 / 1000 then $6[stretch]
                        when n >= $5 * 25 / 30 and n < $5 * 25 / 30 + $5 / 20 then $6[25] end as replay_id
            from generate_series($7::bigint, $8::bigint) n
            cross join lateral (select $9 + ($10 - $9) * ((n - $7) / ($8 - $7 + 1)::float8) as at, (n * 30 / $5)::int as stretch) placed)
        """;

    private const string Events = """
        insert into events_{day} (
            institution_id, id, slug, dedupe_key, learner, occurred_at, correlation, body, first_delivery, last_delivery)
        select $1, event_id, slug, 'filled-' || lpad(n::text, 9, '0'), learner, at, event_id::text,
               convert_to(replace($11, $12, ($13 + n)::text), 'UTF8'), delivery_id, delivery_id
        from numbered
        """;

    private const string Keys = """
        insert into event_keys (institution_id, slug, dedupe_key, event_id)
        select $1, slug, 'filled-' || lpad(n::text, 9, '0'), event_id from numbered
        """;

    private const string Attempts = """
        insert into attempts_{day} (
            institution_id, delivery_id, number, lease, event_id, endpoint_id, endpoint_revision, slug, learner, cause, replay_id, conclusion,
            outcome, problem, started_at, first_byte_us, total_us, status, http_version, remote_address, signature, response_headers, response_body,
            node)
        select $1, delivery_id, number, 0, event_id, case when replay_id is null then $14[1 + n % 3] else $14[1] end, 1, slug, learner,
               case when replay_id is null then 'event' else 'replay' end, replay_id,
               case when number = 1 and n % 50 = 0 then null when n % 200 = 1 then 'failed' else 'delivered' end,
               case when number = 1 and n % 50 = 0 or n % 200 = 1 then 'refused' else 'delivered' end,
               case when number = 1 and n % 50 = 0 or n % 200 = 1 then 'The endpoint answered 503.' end,
               at + interval '5 s' * (number - 1), 900, 1000 + n % 7000, case when number = 1 and n % 50 = 0 or n % 200 = 1 then 503 else 200 end,
               '1.1', '127.0.0.1', 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=', 'content-length: 2', 'ok'::bytea, 'filled'
        from numbered join (values (1::smallint), (2::smallint)) a (number) on number = 1 or n % 50 = 0
        """;

    private const string ReplaysOfOld = """
        insert into replays (
            institution_id, id, endpoint_id, slugs, pace, state, total, enqueued, created_at, next_at, finished_at)
        select $1, r.id, $3, '{}', 100, 'done', $4 / case n when 25 then 20 else 1000 end, $4 / case n when 25 then 20 else 1000 end,
               uuid_extract_timestamp(r.id), uuid_extract_timestamp(r.id), uuid_extract_timestamp(r.id)
        from unnest($2::uuid[]) with ordinality r (id, n)
        """;

    // Two of three attempts take 1 to 2 ms, the others up to 8.
    private const string Minutes = """
        insert into endpoint_minutes (institution_id, endpoint_id, minute, delivered, refused, unreachable, latency)
        select $1, endpoint_id, minute, 80 + place, 2, 0, counts
        from unnest($2::uuid[]) endpoint_id
        cross join generate_series(date_trunc('minute', $3), $4, interval '1 minute') minute
        cross join lateral (select extract(minute from minute)::int % 7 as place) p
        cross join lateral (
            select array_agg(case when b between 3 and 4 then 27 when b between 5 and 8 then 7 when b = 9 + place then place else 0 end order by b)
                as counts
            from generate_series(1, 34) b) l
        on conflict do nothing
        """;

    private const string HalfHours = """
        insert into endpoint_half_hours (institution_id, endpoint_id, half_hour, delivered, refused, unreachable, latency)
        select $1, endpoint_id, half_hour, sum(delivered), sum(refused), sum(unreachable), array(
            select sum(l.count) from endpoint_minutes m cross join unnest(m.latency) with ordinality l (count, bucket)
            where m.institution_id = $1 and m.endpoint_id = counted.endpoint_id
              and m.minute >= half_hour and m.minute < half_hour + interval '30 minutes'
            group by bucket order by bucket)
        from (
            select *, date_bin('30 minutes', minute, timestamptz '2000-01-01 00:00:00+00') as half_hour
            from endpoint_minutes where institution_id = $1) counted
        group by endpoint_id, half_hour
        on conflict do nothing
        """;

    private const string Backlog = """
        insert into endpoint_backlog (institution_id, endpoint_id, minute, waiting)
        select $1, $2, minute, extract(epoch from minute - $3) / 60
        from generate_series(date_trunc('minute', $3), $4, interval '1 minute') minute on conflict do nothing
        """;

    private const string Held = """
        insert into open_deliveries (institution_id, id, event_id, endpoint_id, cause, next_at)
        select institution_id, uuidv7(uuid_extract_timestamp(id) + interval '2 ms' - clock_timestamp()), id, $2, 'event', now()
        from (select institution_id, id from events where institution_id = $1 order by id desc limit $3) latest
        """;

    private readonly NpgsqlDataSource _database;

    private HistoryFiller(NpgsqlDataSource database) => _database = database;

    /// <summary>Fills the log. The institution has four endpoints, the last of which is paused.</summary>
    public static async Task FillAsync(Server server, int deliveries, CancellationToken cancellationToken)
    {
        await using var filler = new HistoryFiller(NpgsqlDataSource.Create(server.ConnectionString + ";Options=-c maintenance_work_mem=512MB"));
        await filler.FillAsync(deliveries, cancellationToken);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private async Task FillAsync(long deliveries, CancellationToken cancellationToken)
    {
        var institution = await ReadAsync<long>("select institution_id from endpoints limit 1", cancellationToken);
        var endpoints = await ReadAsync<Guid[]>("select array_agg(id order by id) from endpoints", cancellationToken);
        var replays = await ReadAsync<Guid[]>(
            $"select array_agg(uuidv7(n * interval '1 day' - interval '{Days} days') order by n) from generate_series(1, {Replays}) n",
            cancellationToken);
        var (busy, first, learners) = (await LearnerAsync("min(id)"), await LearnerAsync("min(id) + 8"), await LearnerAsync("count(*) - 8"));
        var until = (await ReadAsync<DateTime>("select now()", cancellationToken)).AddMinutes(-2);
        var start = until.Date.AddDays(1 - Days);
        await RunAsync(ReplaysOfOld, cancellationToken, institution, replays, endpoints[0], deliveries);
        for (var day = start; day < until; day = day.AddDays(1))
        {
            var end = day.AddDays(1) < until ? day.AddDays(1) : until;
            object[] values =
            [
                institution, busy, first, learners, deliveries, replays, NumberAt(day), NumberAt(end) - 1, day, end,
                EventBodies.Delivered, EventBodies.Slot, EventBodies.FirstNumber, endpoints,
            ];
            await FillDayAsync(DateOnly.FromDateTime(day), values, cancellationToken);
            Report.Progress($"  {NumberAt(end):N0} deliveries");
        }

        await RunAsync(Minutes, cancellationToken, institution, endpoints[..3], start, until);
        await RunAsync(HalfHours, cancellationToken, institution);
        await RunAsync(Backlog, cancellationToken, institution, endpoints[3], until.AddDays(-7), until);
        await RunAsync(Held, cancellationToken, institution, endpoints[3], deliveries / 100);
        foreach (var table in (string[])["event_keys", "open_deliveries", "endpoint_minutes", "endpoint_half_hours", "endpoint_backlog", "replays"])
            await RunAsync($"vacuum analyze {table}", cancellationToken);
        await RunAsync("checkpoint", cancellationToken);

        long NumberAt(DateTime moment) => (long)(deliveries * ((moment - start) / (until - start)));
        Task<long> LearnerAsync(string what) => ReadAsync<long>($"select {what} from users where role = 'learner'", cancellationToken);
    }

    /// <summary>A day that has no partition yet gets its own, and the indexes once it is full.</summary>
    private async Task FillDayAsync(DateOnly day, object[] values, CancellationToken cancellationToken)
    {
        var name = day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var isNew = await ReadAsync<bool>($"select to_regclass('events_{name}') is null", cancellationToken);
        string[] tables = ["events", "attempts"];
        foreach (var table in isNew ? tables : [])
            await RunAsync($"create table {table}_{name} (like {table} including all excluding indexes)", cancellationToken);
        var written = $"{Numbered}, written as ({Events}), keyed as ({Keys}) {Attempts}".Replace("{day}", name, StringComparison.Ordinal);
        await RunAsync(written, cancellationToken, values);
        foreach (var table in isNew ? tables : [])
        {
            await RunAsync(
                $"alter table {table} attach partition {table}_{name} for values from ('{FirstId(day)}') to ('{FirstId(day.AddDays(1))}')",
                cancellationToken);
        }

        foreach (var table in tables)
            await RunAsync($"vacuum analyze {table}_{name}", cancellationToken);
    }

    private static Guid FirstId(DateOnly day)
    {
        var milliseconds = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
        return Guid.ParseExact($"{milliseconds:x12}00000000000000000000", "N");
    }

    private async Task<T> ReadAsync<T>(string sql, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task RunAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = _database.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(value is DateTime
                ? new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.TimestampTz } : new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
