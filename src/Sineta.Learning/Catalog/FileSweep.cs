using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sineta.Delivery.Storage;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Catalog;

/// <summary>
/// Removes files that nothing has referred to for more than a day: covers that were replaced, uploads of forms that nobody sent in the end.
/// A day, as a form that is being filled in has the id of a file that nothing refers to yet.
/// </summary>
public sealed partial class FileSweep(NpgsqlDataSource database, TimeProvider time, ILogger<FileSweep> logger) : BackgroundService
{
    private const int Batch = 100;

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan Grace = TimeSpan.FromDays(1);

    private const string IsUsed =
        """
        (exists (select from contents c where c.institution_id = f.institution_id and c.file_id = f.id)
         or exists (select from courses c where c.institution_id = f.institution_id and c.cover_id = f.id)
         or exists (select from certificate_templates t where t.institution_id = f.institution_id and t.logo_id = f.id)
         or exists (select from certificates c where c.institution_id = f.institution_id and c.logo_id = f.id))
        """;

    // A text shows a picture by its address, with or without hyphens.
    private const string IsNamed =
        """
        exists (
            select from (
                select concat_ws(' ', c.body, c.explanation, c.url) from contents c
                where c.institution_id = f.institution_id and c.removed_at is null
                union all select q.explanation from questions q where q.institution_id = f.institution_id
                union all select c.description from courses c where c.institution_id = f.institution_id
                union all select t.description from trails t where t.institution_id = f.institution_id) texts (text)
            where strpos(replace(lower(text), '-', ''), replace(f.id::text, '-', '')) > 0)
        """;

    private const string UseSql = $"update files f set unused_since = null where f.unused_since is not null and {IsUsed}";

    private const string MarkSql = $"update files f set unused_since = $1 where f.unused_since is null and not {IsUsed}";

    private const string DueSql = "select institution_id, id from files where unused_since < $1 order by unused_since limit $2";

    // One that a text names begins its day anew.
    private const string RemoveSql =
        $"""
        with kept as (
            update files f set unused_since = null
            where f.institution_id = $1 and f.id = $2 and f.unused_since < $3 and {IsNamed} returning f.id)
        delete from files f where f.institution_id = $1 and f.id = $2 and f.unused_since < $3 and not exists (select from kept)
        """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                if (await SweepAsync(stoppingToken) is > 0 and var removed)
                    LogRemoved(removed);
            }
            catch (Exception e) when (Database.IsUnavailable(e))
            {
                LogUnavailable(e.Message);
            }

            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    /// <summary>Does now what is due; any number of nodes may do so at once.</summary>
    /// <returns>How many files were removed.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync(UseSql, [], cancellationToken);
        var before = (time.GetUtcNow() - Grace).UtcDateTime;
        var removed = 0;
        for (var due = await DueAsync(before, cancellationToken); due.Count > 0; due = await DueAsync(before, cancellationToken))
        {
            var done = 0;
            foreach (var (institutionId, id) in due)
                done += await TryRemoveAsync(institutionId, id, before, cancellationToken);
            removed += done;
            if (done == 0)
                break;
        }

        await ExecuteAsync(MarkSql, [time.GetUtcNow().UtcDateTime], cancellationToken);
        return removed;
    }

    private async Task<List<(long InstitutionId, Guid Id)>> DueAsync(DateTime before, CancellationToken cancellationToken)
    {
        await using var command = Command(DueSql, [before, Batch]);
        return await command.RowsAsync(static row => (row.GetInt64(0), row.GetGuid(1)), cancellationToken);
    }

    // What came to refer to it since, and commits first, keeps it: the foreign keys say so.
    private async Task<int> TryRemoveAsync(long institutionId, Guid id, DateTime before, CancellationToken cancellationToken)
    {
        try
        {
            return await ExecuteAsync(RemoveSql, [institutionId, id, before], cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return 0;
        }
    }

    private async Task<int> ExecuteAsync(string sql, object[] values, CancellationToken cancellationToken)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private NpgsqlCommand Command(string sql, object[] values)
    {
        var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        return command;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} files that nothing referred to are gone")]
    private partial void LogRemoved(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Files that nothing refers to are removed later than usual: {Problem}")]
    private partial void LogUnavailable(string problem);
}
