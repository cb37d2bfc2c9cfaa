namespace Sineta.Delivery.History;

/// <summary>
/// Reads a page of a log in which few rows may match: window by window, each a bounded scan, until the page is full, the log is at its end,
/// or the search has taken long enough. Windows grow as long as they are quick: what is in memory is read much faster than what is not. A window is one statement and so one snapshot; as a row lies in the same window for ever, it is
/// seen once, whatever happens to it meanwhile.
/// </summary>
/// <param name="edge">The first id of the window of so many rows that ends with a range; null where all the range is one.</param>
/// <param name="read">The newest rows of a range, so many at most.</param>
/// <param name="id">A row's id.</param>
/// <param name="widest">How many rows a window has at most.</param>
/// <param name="patience">How long is searched for more before the page ends early.</param>
internal sealed class WindowedSearch<T>(
    Func<IdRange, int, Task<Guid?>> edge, Func<IdRange, int, Task<List<T>>> read, Func<T, Guid> id, int widest, TimeSpan patience,
    TimeProvider time)
{
    private const int Narrowest = 1_000;
    private const double QuickShare = 0.1;

    public async Task<Page<T>> ReadAsync(IdRange range, int limit)
    {
        var started = time.GetTimestamp();
        var found = new List<T>();
        var width = Math.Min(Narrowest, widest);
        while (true)
        {
            var before = time.GetTimestamp();
            var first = await edge(range, width);
            found.AddRange(await read(range with { First = first ?? range.First }, limit + 1 - found.Count));
            if (first is null || found.Count > limit)
                return Page.Cut(found, limit, id);
            if (time.GetElapsedTime(started) > patience)
                return new Page<T>(found, first);
            range = range with { Before = first.Value };
            if (time.GetElapsedTime(before) < patience * QuickShare)
                width = Math.Min(width * 2, widest);
        }
    }
}

internal static class WindowedSearch
{
    /// <summary>How long is searched unless it matters.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
}
