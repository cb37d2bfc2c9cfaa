using System.Globalization;
using Sineta.Events;

namespace Sineta.Delivery.Intake;

/// <summary>Reads when something happened: RFC 3339 with an offset, or <c>yyyy-MM-dd HH:mm:ss</c> in the institution's time zone.</summary>
public static class EventTime
{
    private const int SecondsLength = 19;
    private const int OffsetLength = 6;
    private static readonly DateTime Earliest = new(1969, 12, 31); // 1970 in UTC begins on this day in the west

    /// <summary>False for anything else, for a time that does not exist, and for one before 1970.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, InstitutionClock clock, out DateTimeOffset moment) =>
        TryReadAny(text, clock, out moment) && moment >= DateTimeOffset.UnixEpoch;

    private static bool TryReadAny(ReadOnlySpan<char> text, InstitutionClock clock, out DateTimeOffset moment)
    {
        moment = default;
        if (text.Length < SecondsLength)
            return false;
        var isLocal = text.Length == SecondsLength;
        var format = isLocal ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd'T'HH:mm:ss";
        if (!DateTime.TryParseExact(text[..SecondsLength], format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var seconds)
            || seconds < Earliest || seconds.Year == DateTime.MaxValue.Year)
            return false;
        if (isLocal)
        {
            moment = clock.ToInstant(seconds);
            return true;
        }

        var rest = text[SecondsLength..];
        if (!TryReadFraction(ref rest, out var fraction) || !TryReadOffset(rest, out var offset))
            return false;
        moment = new DateTimeOffset(seconds + fraction, offset);
        return true;
    }

    /// <summary>Digits beyond the seventh, as some platforms write them, are cut.</summary>
    private static bool TryReadFraction(ref ReadOnlySpan<char> text, out TimeSpan fraction)
    {
        fraction = TimeSpan.Zero;
        if (text[0] != '.')
            return true;
        var digits = text[1..].IndexOfAnyExceptInRange('0', '9');
        if (digits <= 0)
            return false;
        var ticks = 0L;
        for (var i = 1; i <= 7; i++)
            ticks = ticks * 10 + (i <= digits ? text[i] - '0' : 0);
        fraction = TimeSpan.FromTicks(ticks);
        text = text[(digits + 1)..];
        return true;
    }

    private static bool TryReadOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (text is "Z")
            return true;
        if (text.Length != OffsetLength || text[0] is not ('+' or '-') || text[3] != ':'
            || !int.TryParse(text[1..3], NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            || !int.TryParse(text[4..], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
            || minutes > 59 || hours * 60 + minutes > 14 * 60)
            return false;
        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return true;
    }
}
