namespace Sineta.Server.Api;

/// <summary>A page of a list.</summary>
/// <param name="Data">Its rows.</param>
/// <param name="NextCursor">To be given as <c>?cursor=</c> for the next page; null on the last one.</param>
public sealed record Page<T>(IReadOnlyList<T> Data, string? NextCursor);

internal static class Page
{
    /// <summary>A page of a log.</summary>
    /// <param name="list">Names the list, with its filters.</param>
    public static Page<T> Of<TRow, T>(Sineta.Delivery.History.Page<TRow> page, string list, Func<TRow, T> body) =>
        new([.. page.Rows.Select(body)], page.Next is { } next ? Cursor.Write(list, next.ToString("N")) : null);

    /// <summary>A page from its rows, and one more where there is a next page.</summary>
    /// <param name="list">Names the list, with its filters.</param>
    /// <param name="position">Where a row stands in the list, for the cursor.</param>
    public static Page<T> Of<TRow, T>(IReadOnlyList<TRow> rows, int limit, string list, Func<TRow, string> position, Func<TRow, T> body) =>
        new([.. rows.Take(limit).Select(body)], rows.Count > limit ? Cursor.Write(list, position(rows[limit - 1])) : null);
}
