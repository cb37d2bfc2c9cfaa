using System.Globalization;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;
using Sineta.Events;

namespace Sineta.Server.Api;

/// <summary>Reads a list's query strictly: what is not asked for here is a fault, and so is a value that cannot be.</summary>
internal sealed class QueryReader(IQueryCollection query)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    private static readonly string[] MomentFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
    ];

    private readonly List<Fault> _faults = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>A parameter's text; null where it is not given.</summary>
    public string? Text(string name)
    {
        _known.Add(name);
        var values = query[name];
        if (values.Count > 1)
            Refuse(name, "Is given twice.");
        return values.Count == 1 ? values[0] : null;
    }

    public int Integer(string name, int least, int most, int otherwise)
    {
        if (Text(name) is not { } text)
            return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            return value;
        Refuse(name, $"Must be a whole number from {least} to {most}.");
        return otherwise;
    }

    /// <summary>A text to be looked for.</summary>
    public string? Term(string name, int maxLength)
    {
        if (Text(name) is not { } text)
            return null;
        if (text.Length > 0 && text.Length <= maxLength && !text.Contains('\0', StringComparison.Ordinal))
            return text;
        Refuse(name, $"Must be a text of 1 to {maxLength} characters.");
        return null;
    }

    /// <summary>One of the names; null where it is not given.</summary>
    public string? OneOf(string name, IReadOnlyCollection<string> names)
    {
        if (Text(name) is not { } text)
            return null;
        if (names.Contains(text))
            return text;
        Refuse(name, $"Must be one of {string.Join(", ", names)}.");
        return null;
    }

    /// <summary>An id that is a number; null where it is not given.</summary>
    public long? Number(string name)
    {
        if (Text(name) is not { } text)
            return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return id;
        Refuse(name, "Must be an id, a whole number.");
        return null;
    }

    /// <summary>An id with its prefix.</summary>
    public Guid? Id(string name, string prefix)
    {
        if (Text(name) is not { } text)
            return null;
        if (PublicId.TryParse(prefix, text, out var id))
            return id;
        Refuse(name, $"Must be an id, {prefix}….");
        return null;
    }

    /// <summary>A moment: RFC 3339 with its offset, or <c>yyyy-MM-dd HH:mm:ss</c> by this clock.</summary>
    public DateTimeOffset? Moment(string name, InstitutionClock clock)
    {
        if (Text(name) is not { } text)
            return null;
        if (EventTime.TryRead(text, clock, out var moment))
            return moment;
        Refuse(
            name, "Must be a time since 1970: 2026-03-10T12:00:00Z (the + of an offset is written %2B), or 2026-03-10 12:00:00 in the "
                + "institution's time zone.");
        return null;
    }

    /// <summary>Reads a moment since 1970, RFC 3339 with its offset.</summary>
    public static bool TryReadMoment(string text, out DateTimeOffset moment) =>
        DateTimeOffset.TryParseExact(text, MomentFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out moment)
        && moment >= DateTimeOffset.UnixEpoch;

    /// <summary>How many rows a page has.</summary>
    public int Limit() => Integer("limit", 1, MaxLimit, DefaultLimit);

    /// <summary>Where the page before ended; null on the first page.</summary>
    /// <param name="list">Names the list, with its filters: another list's cursor is a fault.</param>
    public T? Cursor<T>(string list)
        where T : struct, ISpanParsable<T>
    {
        if (Text("cursor") is not { } text)
            return null;
        if (Api.Cursor.TryRead(list, text, out var position) && T.TryParse(position, CultureInfo.InvariantCulture, out var read))
            return read;
        Refuse("cursor", "Is no cursor of this list: take next_cursor of the page before, and leave the filters as they were.");
        return null;
    }

    /// <summary>A list's name with what it is filtered by, by which its cursors know it.</summary>
    public string NameList(string list, params ReadOnlySpan<string> filters)
    {
        foreach (var filter in filters)
            list += $"&{filter}={Uri.EscapeDataString(query[filter].ToString())}";
        return list;
    }

    public void Refuse(string name, string message) => _faults.Add(new Fault("?" + name, message));

    /// <summary>To be asked last: the faults of all parameters, those included that nobody asked for; null where there are none.</summary>
    public ProblemResult? Refusal()
    {
        foreach (var name in query.Keys.Where(name => !_known.Contains(name)))
            Refuse(name, _known.Count == 0 ? "Is not known here." : $"Is not known here; what is: {string.Join(", ", _known)}.");
        return _faults.Count == 0 ? null : ProblemTypes.InvalidRequest.With("The query has faults.", _faults);
    }
}
