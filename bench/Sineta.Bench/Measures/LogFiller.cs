using Npgsql;
using Sineta.Bench.Load;
using Sineta.Bench.Parts;

namespace Sineta.Bench.Measures;

/// <summary>Puts delivered events into a server's log, past the server: what months of work leave behind, within minutes.</summary>
internal static class LogFiller
{
    private const int ChunkSize = 250_000;

    // The ids are spread over the day before now, oldest first, so that they fall into partitions that exist.
    private const string Chunk = """
        with owner as (
            select institution_id, id from endpoints limit 1
        ), numbered as (
            select n, uuidv7(make_interval(secs => n::float8 / $3 * 80000 - 80000)) as event_id,
                   uuidv7(make_interval(secs => n::float8 / $3 * 80000 - 80000)) as delivery_id
            from generate_series($1::bigint, $2::bigint) n
        ), written as (
            insert into events (institution_id, id, slug, dedupe_key, learner, occurred_at, correlation, body)
            select institution_id, event_id, $4, 'filled-' || n, null, now(), event_id::text,
                   convert_to(replace($5, $6, ($7 + n)::text), 'UTF8')
            from numbered, owner
        ), keyed as (
            insert into event_keys (institution_id, slug, dedupe_key, event_id)
            select institution_id, $4, 'filled-' || n, event_id from numbered, owner
        )
        insert into attempts (
            institution_id, delivery_id, number, lease, event_id, endpoint_id, endpoint_revision, slug, cause, conclusion, outcome,
            started_at, first_byte_us, total_us, status, http_version, remote_address, node)
        select institution_id, delivery_id, 1, 0, event_id, id, 1, $4, 'event', 'delivered', 'delivered',
               now(), 150, 200, 200, '1.1', '127.0.0.1', 'filled'
        from numbered, owner
        """;

    /// <summary>Fills the log of the server's only endpoint.</summary>
    public static async Task FillAsync(Server server, int events, CancellationToken cancellationToken)
    {
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        for (var first = 1L; first <= events; first += ChunkSize)
        {
            await using var insert = database.CreateCommand(Chunk);
            foreach (var value in (object[])[first, Math.Min(first + ChunkSize - 1, events), (double)events, EventBodies.All[0].Slug,
                EventBodies.Delivered, EventBodies.Slot, EventBodies.FirstNumber])
                insert.Parameters.Add(new NpgsqlParameter { Value = value });
            await insert.ExecuteNonQueryAsync(cancellationToken);
            if (first % (ChunkSize * 8L) == 1)
                Report.Progress($"  {Math.Min(first + ChunkSize - 1, events):N0} events");
        }

        foreach (var sql in (string[])["vacuum analyze events", "vacuum analyze event_keys", "vacuum analyze attempts", "checkpoint"])
        {
            await using var command = database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
