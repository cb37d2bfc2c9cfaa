using Sineta.Learning.Storage;

namespace Sineta.Learning.Imports;

/// <summary>Does what some rows of an import say, in their order.</summary>
internal static class ImportStep
{
    /// <summary>The source of what is told.</summary>
    public const string Source = "import";

    /// <returns>The rows that were refused; of those nothing was done.</returns>
    public static Task<IReadOnlyList<ImportRefusal>> RunAsync(
        CampusTransaction transaction, Import import, IReadOnlyList<ImportRow> rows, CancellationToken cancellationToken)
    {
        var cells = RowCells.Of(rows, import.Kind, transaction);
        return import.Kind switch
        {
            ImportKind.Users => ImportedUsers.RunAsync(transaction, import, cells, cancellationToken),
            ImportKind.Enrollments => ImportedEnrollments.RunAsync(transaction, import, cells, cancellationToken),
            _ => ImportedCompletions.RunAsync(transaction, import, cells, cancellationToken),
        };
    }
}
