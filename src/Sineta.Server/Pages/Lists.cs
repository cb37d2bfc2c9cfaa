using System.Globalization;

namespace Sineta.Server.Pages;

/// <summary>Where the next page of a list begins, as addresses carry it.</summary>
internal static class Lists
{
    /// <summary>After a row of a list that goes by name: <c>42:Ana</c>. Null for the first page, and for what is none.</summary>
    public static (string Name, long Id)? After(string? written)
    {
        var colon = written?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        return colon > 0 && !written!.Contains('\0', StringComparison.Ordinal)
            && long.TryParse(written.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? (written[(colon + 1)..], id) : null;
    }

    /// <summary>
    /// The address of the page after a full one; null where there is none. The list was read with one row more than it shows.
    /// </summary>
    public static string? Next<T>(IReadOnlyList<T> rows, int size, string address, Func<T, string> after) =>
        rows.Count > size ? LocalUrl.With(address, "after", after(rows[size - 1])) : null;

    public static string After(string name, long id) => string.Create(CultureInfo.InvariantCulture, $"{id}:{name}");

    /// <summary>What was searched for; null for everything. A text that no database takes finds nothing else either.</summary>
    public static string? Search(string? typed) =>
        typed?.Replace("\0", "", StringComparison.Ordinal).Trim() is { Length: > 0 } text ? text : null;
}
