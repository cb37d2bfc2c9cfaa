namespace Sineta.Delivery.History;

/// <summary>
/// Reads a page of a log in which few rows may match: window by window, each a bounded scan, until the page is full, the log is at its end,
/// or the search has taken long enough. A window is one statement and so one snapshot; as a row lies in the same window for ever, it is
/// seen once, whatever happens to it meanwhile.
/// </summary>
/// <param name="edge">The first id of the window that ends with a range; null where all the range is one.</param>
/// <param name="read">The newest rows of a range, so many at most.</param>
/// <param name="id">A row's id.</param>
internal sealed class WindowedSearch<T>(
    Func<IdRange, Task<Guid?>> edge, Func<IdRange, int, Task<List<T>>> read, Func<T, Guid> id, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    public async Task<Page<T>> ReadAsync(IdRange range, int limit)
    {
        var started = time.GetTimestamp();
        var found = new List<T>();
        while (true)
        {
            var first = await edge(range);
            found.AddRange(await read(range with { First = first ?? range.First }, limit + 1 - found.Count));
            if (first is null || found.Count > limit)
                return Page.Cut(found, limit, id);
            if (time.GetElapsedTime(started) > Patience)
                return new Page<T>(found, first);
            range = range with { Before = first.Value };
        }
    }
}
