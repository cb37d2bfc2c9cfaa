using Sineta.Delivery.Institutions;
using Sineta.Events;
using Sineta.Learning.People;

namespace Sineta.Learning.Imports;

/// <summary>Takes a file in, row by row into the database, so that whatever becomes of this node it is worked through.</summary>
public sealed class ImportIntake(ImportStore store)
{
    /// <summary>The most rows of a file.</summary>
    public const int MaxRows = 100_000;

    /// <summary>The most bytes of a file.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    private const int RowsAtOnce = 1_000;

    /// <summary>Takes all of the file, or nothing of it. What a row says is not looked at yet.</summary>
    /// <param name="emitsEvents">Whether what it brings about is told (R19).</param>
    /// <param name="highestRole">The highest role that a user of it may be given.</param>
    public async Task<Change<Import>> ReceiveAsync(
        Institution institution, ImportKind kind, ImportFormat format, bool emitsEvents, Role highestRole, Stream file,
        CancellationToken cancellationToken)
    {
        var id = await store.BeginAsync(institution.Id, kind, emitsEvents, highestRole, cancellationToken);
        var isWhole = false;
        try
        {
            var total = 0;
            await foreach (var rows in ImportReader.ReadAsync(file, format, ImportColumns.Of(kind), cancellationToken)
                .Chunk(RowsAtOnce).WithCancellation(cancellationToken))
            {
                total += rows.Length;
                if (total > MaxRows)
                    return Refused($"Must be at most {MaxRows} rows.");
                await store.AddRowsAsync(institution.Id, id, rows, cancellationToken);
            }

            if (total == 0)
                return Refused("Must have a row.");
            var started = await store.StartAsync(institution.Id, id, total, cancellationToken);
            isWhole = true;
            return new Change<Import>.Made(started);
        }
        catch (UnreadableFileException e)
        {
            return new Change<Import>.Refused(e.Faults);
        }
        finally
        {
            if (!isWhole)
                await store.DiscardAsync(institution.Id, id, CancellationToken.None);
        }
    }

    private static Change<Import>.Refused Refused(string message) => new([new Fault("", message)]);
}
