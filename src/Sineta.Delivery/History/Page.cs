namespace Sineta.Delivery.History;

/// <summary>A part of a log, newest first.</summary>
/// <param name="Rows">Fewer than asked for, even none, where the search took too long: it goes on from <paramref name="Next"/>.</param>
/// <param name="Next">The next page is before this id; null where nothing is left.</param>
public sealed record Page<T>(IReadOnlyList<T> Rows, Guid? Next);

internal static class Page
{
    /// <summary>A page from its rows, and one more where there is a next page.</summary>
    public static Page<T> Cut<T>(List<T> rows, int limit, Func<T, Guid> id)
    {
        if (rows.Count <= limit)
            return new Page<T>(rows, null);
        rows.RemoveRange(limit, rows.Count - limit);
        return new Page<T>(rows, id(rows[^1]));
    }
}
