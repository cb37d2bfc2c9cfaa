using System.Runtime.CompilerServices;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Sineta.Delivery.Storage;
using Sineta.Events;
using Sineta.Learning.People;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Imports;

/// <summary>The imports of an institution, as their owner makes, sees and cancels them.</summary>
public sealed class ImportStore(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>How many days the refused rows themselves are kept after an import has ended.</summary>
    public const int DaysRowsAreKept = 30;

    private const string Columns = "id, kind, emit_events, highest_role, state, total, done, refused, created_at, finished_at, rows_kept";

    private const int RefusalsAtOnce = 1_000;

    private const int ForgottenAtOnce = 10;

    private static readonly TimeSpan LongestArrival = TimeSpan.FromHours(1);

    /// <summary>Raised when an import may begin.</summary>
    public event Action? Changed;

    /// <summary>An import; null where the institution has no such.</summary>
    public async Task<Import?> FindAsync(long institutionId, long id, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database, $"select {Columns} from imports where institution_id = $1 and id = $2 and state <> 'receiving'", institutionId, id);
        return await command.RowAsync(Read, cancellationToken);
    }

    /// <summary>Imports, the newest first.</summary>
    /// <param name="before">The last id of the page before; null for the first page.</param>
    public async Task<IReadOnlyList<Import>> ListAsync(long institutionId, long? before, int limit, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            $"select {Columns} from imports where institution_id = $1 and id < $2 and state <> 'receiving' order by id desc limit $3",
            institutionId, before ?? long.MaxValue, limit);
        return await command.RowsAsync(Read, cancellationToken);
    }

    /// <summary>A page of an import's refused rows, by their lines.</summary>
    /// <param name="after">The last line of the page before; 0 for the first page.</param>
    public Task<IReadOnlyList<ImportRefusal>> RefusalsAsync(
        long institutionId, long id, int after, int limit, CancellationToken cancellationToken) =>
        RefusalsAsync(institutionId, id, "null::jsonb", after, limit, cancellationToken);

    private async Task<IReadOnlyList<ImportRefusal>> RefusalsAsync(
        long institutionId, long id, string cells, int after, int limit, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            $"""
            select line, columns, reasons, {cells} from import_refusals
            where institution_id = $1 and import_id = $2 and line > $3 order by line limit $4
            """, institutionId, id, after, limit);
        return await command.RowsAsync(
            static row => new ImportRefusal(
                row.GetInt32(0),
                [
                    .. row.GetFieldValue<string[]>(1).Zip(
                        row.GetFieldValue<string[]>(2), static (column, reason) => new Fault(column, reason)),
                ],
                row.TextOrNull(3) is { } json ? JsonSerializer.Deserialize<string?[]>(json)! : []),
            cancellationToken);
    }

    /// <summary>All of an import's refused rows with their cells, read page by page.</summary>
    public async IAsyncEnumerable<ImportRefusal> AllRefusalsAsync(
        long institutionId, long id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var after = 0; ;)
        {
            var page = await RefusalsAsync(institutionId, id, "cells", after, RefusalsAtOnce, cancellationToken);
            foreach (var refusal in page)
                yield return refusal;
            if (page.Count < RefusalsAtOnce)
                yield break;
            after = page[^1].Line;
        }
    }

    /// <summary>Ends an import that runs, between two of its steps. One that has ended stays as it is.</summary>
    public Task CancelAsync(long institutionId, long id, CancellationToken cancellationToken) =>
        EndAsync(institutionId, id, ImportState.Cancelled, cancellationToken);

    internal async Task<long> BeginAsync(
        long institutionId, ImportKind kind, bool emitsEvents, Role highestRole, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            """
            insert into imports (institution_id, kind, emit_events, highest_role, state, created_at)
            values ($1, $2, $3, $4, 'receiving', $5) returning id
            """, institutionId, Words.Of(kind), emitsEvents, Words.Of(highestRole), time.GetUtcNow());
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    internal async Task AddRowsAsync(long institutionId, long id, IReadOnlyList<ImportRow> rows, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy import_rows (institution_id, import_id, line, cells, fault) from stdin (format binary)", cancellationToken);
        foreach (var row in rows)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(institutionId, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(id, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(row.Line, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(row.Cells, NpgsqlDbType.Array | NpgsqlDbType.Text, cancellationToken);
            if (row.Fault is { } fault)
                await copy.WriteAsync(fault, NpgsqlDbType.Text, cancellationToken);
            else
                await copy.WriteNullAsync(cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    internal async Task<Import> StartAsync(long institutionId, long id, int total, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database, $"update imports set state = 'running', total = $3 where institution_id = $1 and id = $2 returning {Columns}",
            institutionId, id, total);
        var started = await command.RowAsync(Read, cancellationToken);
        Changed?.Invoke();
        return started!;
    }

    internal async Task DiscardAsync(long institutionId, long id, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database, "delete from imports where institution_id = $1 and id = $2 and state = 'receiving'", institutionId, id);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Forgets what never arrived whole, as its sender or its node went away.</summary>
    internal async Task ForgetUnarrivedAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "delete from imports where finished_at is null and state = 'receiving' and created_at < $1");
        command.Parameters.AddWithValue((time.GetUtcNow() - LongestArrival).UtcDateTime);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Forgets the refused rows of what ended long ago: there are people in them. Their lines and the reasons stay.</summary>
    internal async Task ForgetRowsAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            with due as (
                select institution_id, id from imports where finished_at < $1 and rows_kept and refused > 0
                order by finished_at limit $2 for no key update skip locked),
            forgotten as (
                update imports i set rows_kept = false from due where i.institution_id = due.institution_id and i.id = due.id
                returning i.institution_id, i.id)
            update import_refusals r set cells = null from forgotten f
            where r.institution_id = f.institution_id and r.import_id = f.id and r.cells is not null
            """);
        command.Parameters.AddWithValue(time.GetUtcNow().AddDays(-DaysRowsAreKept).UtcDateTime);
        command.Parameters.AddWithValue(ForgottenAtOnce);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>What there is to be worked on, the oldest first.</summary>
    internal async Task<List<(long InstitutionId, long Id)>> RunningAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select institution_id, id from imports where finished_at is null and state = 'running' order by id limit 100");
        return await command.RowsAsync(static row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken);
    }

    /// <summary>
    /// Holds an import for one step, by a row lock that ends with its transaction; null where another node has it, or it has ended.
    /// </summary>
    internal static async Task<Import?> ClaimAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            $"select {Columns} from imports where institution_id = $1 and id = $2 and state = 'running' for no key update skip locked", id);
        return await command.RowAsync(Read, cancellationToken);
    }

    /// <summary>Takes the next rows away: with the transaction they are worked through, or there again.</summary>
    internal static async Task<List<ImportRow>> TakeRowsAsync(
        CampusTransaction transaction, long id, int count, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            """
            with taken as (
                delete from import_rows where institution_id = $1 and import_id = $2 and line <= (
                    select max(line) from (
                        select line from import_rows where institution_id = $1 and import_id = $2 order by line limit $3) next)
                returning line, cells, fault)
            select line, cells, fault from taken order by line
            """, id, count);
        return await command.RowsAsync(
            static row => new ImportRow(row.GetInt32(0), row.GetFieldValue<string?[]>(1), row.TextOrNull(2)), cancellationToken);
    }

    /// <summary>Keeps what a step came to; without rows the import is done.</summary>
    internal static Task AdvanceAsync(
        CampusTransaction transaction, long id, int rows, IReadOnlyList<ImportRefusal> refusals, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            with refused as (
                insert into import_refusals (institution_id, import_id, line, columns, reasons, cells)
                select $1, $2, line, array_agg(f.name order by f.place), array_agg(f.reason order by f.place), c.cells::jsonb
                from unnest($4::int[], $5::text[], $6::text[]) with ordinality f(line, name, reason, place)
                join unnest($8::int[], $9::text[]) c(line, cells) using (line) group by line, c.cells
                returning line)
            update imports set done = done + $3, refused = refused + (select count(*)::int from refused),
                state = case when $3 = 0 then 'done' else state end, finished_at = case when $3 = 0 then $7 end
            where institution_id = $1 and id = $2
            """,
            [
                id, rows, refusals.SelectMany(static r => r.Faults.Select(_ => r.Line)).ToArray(),
                refusals.SelectMany(static r => r.Faults.Select(static f => f.Pointer)).ToArray(),
                refusals.SelectMany(static r => r.Faults.Select(static f => f.Message)).ToArray(), transaction.Now,
                refusals.Select(static r => r.Line).ToArray(), refusals.Select(static r => JsonSerializer.Serialize(r.Cells)).ToArray(),
            ], cancellationToken);

    internal Task FailAsync(long institutionId, long id, CancellationToken cancellationToken) =>
        EndAsync(institutionId, id, ImportState.Failed, cancellationToken);

    // Its rows, with the people in them, go with it.
    private async Task EndAsync(long institutionId, long id, ImportState state, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            """
            with ended as (
                update imports set state = $4, finished_at = $3
                where institution_id = $1 and id = $2 and state = 'running' returning id)
            delete from import_rows r using ended where r.institution_id = $1 and r.import_id = ended.id
            """, institutionId, id, time.GetUtcNow(), Words.Of(state));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static Import Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), Words.Parse<ImportKind>(row.GetString(1)), row.GetBoolean(2), Words.Parse<Role>(row.GetString(3)),
        Words.Parse<ImportState>(row.GetString(4)), row.GetInt32(5), row.GetInt32(6), row.GetInt32(7),
        row.GetFieldValue<DateTimeOffset>(8), row.MomentOrNull(9), row.GetBoolean(10));
}
