using Npgsql;
using Sineta.Delivery.Institutions;
using Sineta.Events;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Catalog;

/// <summary>Keeps uploaded files, and reads pieces of them.</summary>
public sealed class FileStore(NpgsqlDataSource database, CampusTransactions campus)
{
    /// <summary>Bytes of a part, the last one's apart.</summary>
    internal const int PartSize = 512 * 1024;

    /// <summary>Keeps a file.</summary>
    /// <param name="name">What it is called, 1 to 255 characters.</param>
    /// <param name="mediaType">One of <see cref="FileKinds.All"/>.</param>
    /// <param name="bytes">The whole of it; read twice where another action crosses this one, so it must be able to seek.</param>
    public async Task<Change<StoredFile>> CreateAsync(
        Institution institution, string? name, string? mediaType, Stream bytes, CancellationToken cancellationToken)
    {
        List<Fault> faults = [.. CatalogReferences.At("?name", Names.FaultOf(name))];
        if (FileKinds.Find(mediaType) is not { } kind)
            faults.Add(new("", $"Its media type must be one of {string.Join(", ", FileKinds.All.Select(k => k.MediaType))}."));
        else if (await FaultOfBytesAsync(kind, bytes, cancellationToken) is { } fault)
            faults.Add(new("", fault));
        if (faults.Count > 0)
            return new Change<StoredFile>.Refused(faults);
        return await campus.RunAsync<Change<StoredFile>>(institution, async transaction =>
        {
            // Of all ids these alone open something to whoever knows them: their bits are those of a secret.
            var file = new StoredFile(Guid.CreateVersion7(transaction.Now), name!.Trim(), mediaType!, bytes.Length, transaction.Now);
            await transaction.ExecuteAsync(
                "insert into files (institution_id, id, name, media_type, size, created_at) values ($1, $2, $3, $4, $5, $6)",
                [file.Id, file.Name, file.MediaType, file.Size, file.CreatedAt], cancellationToken);
            await WriteAsync(transaction, file.Id, bytes, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return new Change<StoredFile>.Made(file);
        }, cancellationToken);
    }

    public async Task<StoredFile?> FindAsync(long institutionId, Guid id, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database, "select id, name, media_type, size, created_at from files where institution_id = $1 and id = $2", institutionId, id);
        return await command.RowAsync(
            static row => new StoredFile(
                row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetFieldValue<DateTimeOffset>(4)),
            cancellationToken);
    }

    /// <summary>
    /// Whether a learner may see a file: a content's medium is for those who may study the content now; all else adorns what everybody sees.
    /// </summary>
    public async Task<bool> IsOpenToAsync(long institutionId, Guid id, long userId, DateOnly today, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            """
            select not exists (select from contents where institution_id = $1 and file_id = $2) or exists (
                select from contents c join enrollments e on e.institution_id = c.institution_id and e.course_id = c.course_id
                where c.institution_id = $1 and c.file_id = $2 and c.published and c.removed_at is null
                  and e.user_id = $3 and e.ended is null and not e.suspended
                  and coalesce(e.starts_on <= $4, true) and coalesce(e.date_expire >= $4, true))
            """, institutionId, id, userId, today);
        return await command.RowAsync(static row => row.GetBoolean(0), cancellationToken);
    }

    /// <summary>A file's bytes, read part by part as they are asked for.</summary>
    public Stream Open(long institutionId, StoredFile file) => new FileBytes(this, institutionId, file);

    /// <summary>Up to <paramref name="most"/> bytes from a place on, all of one part.</summary>
    internal async Task<byte[]> ReadAsync(long institutionId, Guid id, long from, int most, CancellationToken cancellationToken)
    {
        var (part, at) = Math.DivRem(from, PartSize);
        await using var command = Commands.Of(
            database,
            "select substring(bytes from $4 for $5) from file_parts where institution_id = $1 and file_id = $2 and number = $3",
            institutionId, id, (int)part, (int)at + 1, most);
        return await command.RowAsync(static row => row.GetFieldValue<byte[]>(0), cancellationToken) ?? [];
    }

    private static async Task<string?> FaultOfBytesAsync(FileKind kind, Stream bytes, CancellationToken cancellationToken)
    {
        if (bytes.Length == 0)
            return "Is empty.";
        if (bytes.Length > kind.MostBytes)
            return $"Must be at most {kind.MostBytes} bytes.";
        bytes.Position = 0;
        var first = new byte[FileKinds.MarkLength];
        var read = await bytes.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancellationToken);
        return kind.Marks(first.AsSpan(0, read)) ? null : $"Does not begin as {kind.MediaType} does.";
    }

    private static async Task WriteAsync(CampusTransaction transaction, Guid id, Stream bytes, CancellationToken cancellationToken)
    {
        bytes.Position = 0;
        var part = new byte[PartSize];
        for (var number = 0; ; number++)
        {
            var read = await bytes.ReadAtLeastAsync(part, PartSize, throwOnEndOfStream: false, cancellationToken);
            if (read == 0)
                return;
            await transaction.ExecuteAsync(
                "insert into file_parts (institution_id, file_id, number, bytes) values ($1, $2, $3, $4)",
                [id, number, part[..read]], cancellationToken);
        }
    }
}
