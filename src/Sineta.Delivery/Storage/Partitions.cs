using System.Globalization;
using Npgsql;

namespace Sineta.Delivery.Storage;

/// <summary>
/// Events and attempts lie in a partition per UTC day of their id. Retention drops whole partitions; nothing is ever deleted row by row.
/// </summary>
public sealed class Partitions(NpgsqlDataSource database, TimeProvider time)
{
    private const int DaysAhead = 7;
    private const string VacuumOfInserts = "autovacuum_vacuum_insert_threshold";
    private static readonly string[] Tables = ["events", "attempts"];

    /// <summary>Makes the partitions of yesterday, today and the coming week where they lack. Safe to call from several nodes at once.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, "select pg_advisory_xact_lock(hashtext('sineta.partitions'))", cancellationToken);
        foreach (var table in Tables)
        {
            var present = await DaysAsync(connection, table, cancellationToken);
            for (var day = today.AddDays(-1); day <= today.AddDays(DaysAhead); day = day.AddDays(1))
            {
                if (present.Contains(day))
                    continue;
                await ExecuteAsync(connection, Create(table, day), cancellationToken);
                await ExecuteAsync(connection, Attach(table, day), cancellationToken);
            }

            await LeaveToVacuumAsync(connection, table, today, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>
    /// Drops every day before <paramref name="firstKept"/>, of both tables. Returns the dropped days. A day that somebody reads just now is left
    /// for the next time: while a drop waits for its lock, everybody else would wait behind it.
    /// </summary>
    public async Task<IReadOnlyList<DateOnly>> DropBeforeAsync(DateOnly firstKept, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var dropped = new SortedSet<DateOnly>();
        foreach (var table in Tables)
        {
            foreach (var day in await DaysAsync(connection, table, cancellationToken))
            {
                if (day < firstKept && await TryDropAsync(connection, Name(table, day), cancellationToken))
                    dropped.Add(day);
            }
        }

        return [.. dropped];
    }

    /// <summary>The first id of a UTC day.</summary>
    public static Guid FirstId(DateOnly day) => IdGenerator.FirstAt(new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero));

    private static string Name(string table, DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{table}_{day:yyyyMMdd}");

    // Made beside its table and then attached, which readers and writers of the table do not notice; "partition of" would lock them out.
    // In a busy day autovacuum would take a fifth of PostgreSQL's time for it. But nothing in it ever dies: all that a vacuum has to do there is
    // to mark pages, which writes each once more, and that has time until the day is over. What it holds is worth a new look once it has doubled.
    private static string Create(string table, DateOnly day) =>
        $"create table {Name(table, day)} (like {table} including all) with ({VacuumOfInserts} = -1, autovacuum_analyze_scale_factor = 1)";

    private static string Attach(string table, DateOnly day) =>
        $"alter table {table} attach partition {Name(table, day)} for values from ('{FirstId(day)}') to ('{FirstId(day.AddDays(1))}')";

    private static async Task<bool> TryDropAsync(NpgsqlConnection connection, string partition, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await ExecuteAsync(connection, "set local lock_timeout = '1s'", cancellationToken);
            await ExecuteAsync(connection, $"drop table if exists {partition}", cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return false;
        }
    }

    private static async Task<HashSet<DateOnly>> DaysAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select right(c.relname, 8) from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = $1::regclass
            """, connection);
        command.Parameters.AddWithValue(table);
        var days = new HashSet<DateOnly>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            days.Add(DateOnly.ParseExact(reader.GetString(0), "yyyyMMdd", CultureInfo.InvariantCulture));
        return days;
    }

    /// <summary>Autovacuum may have the days that are over.</summary>
    private static async Task LeaveToVacuumAsync(NpgsqlConnection connection, string table, DateOnly before, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select array(
                select c.relname::text from pg_inherits i join pg_class c on c.oid = i.inhrelid
                where i.inhparent = $1::regclass and c.relname < $2 and exists (select from unnest(c.reloptions) o where starts_with(o, $3)))
            """, connection);
        command.Parameters.AddWithValue(table);
        command.Parameters.AddWithValue(Name(table, before));
        command.Parameters.AddWithValue(VacuumOfInserts);
        foreach (var partition in (string[])(await command.ExecuteScalarAsync(cancellationToken))!)
            await ExecuteAsync(connection, $"alter table {partition} reset ({VacuumOfInserts})", cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
