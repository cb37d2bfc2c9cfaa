namespace Sineta.Events.Shapes;

/// <summary>The forms of dates and times. All are local to the institution, so none has an offset.</summary>
internal abstract class TimeRule : TextRule
{
    // Days that exist, leap years by the Gregorian rule, year 0000 left out because .NET's calendar begins with 0001.
    protected const string DatePattern =
        "(?!0000)([0-9]{4}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
        + "|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)";

    protected const string TimePattern = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]";

    protected const string TimestampPattern = DatePattern + " " + TimePattern;

    /// <summary>Reads <c>yyyy-MM-dd HH:mm:ss</c> as the number yyyyMMddHHmmss.</summary>
    protected static bool IsTimestamp(ReadOnlySpan<byte> text, out long number)
    {
        if (HasForm(text, "0000-00-00 00:00:00"u8) && IsDate(text[..10], out number))
        {
            var (hour, minute, second) = (TwoDigits(text, 11), TwoDigits(text, 14), TwoDigits(text, 17));
            number = (((number * 100) + hour) * 10_000) + (minute * 100) + second;
            return hour < 24 && minute < 60 && second < 60;
        }

        number = 0;
        return false;
    }

    /// <summary>Reads <c>yyyy-MM-dd</c> as the number yyyyMMdd.</summary>
    protected static bool IsDate(ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        if (!HasForm(text, "0000-00-00"u8))
            return false;
        var (year, month, day) = ((TwoDigits(text, 0) * 100) + TwoDigits(text, 2), TwoDigits(text, 5), TwoDigits(text, 8));
        number = (year * 10_000) + (month * 100) + day;
        return year > 0 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
    }

    protected static int TwoDigits(ReadOnlySpan<byte> text, int at) => ((text[at] - '0') * 10) + text[at + 1] - '0';
}

internal sealed class TimestampRule : TimeRule
{
    public override string Expected => "a date and time that exists, written yyyy-MM-dd HH:mm:ss, without an offset";

    protected override string Pattern => $"^{TimestampPattern}$";

    public override bool Accepts(ReadOnlySpan<byte> text, out long number) => IsTimestamp(text, out number);
}

internal sealed class DateRule : TimeRule
{
    public override string Expected => "a date that exists, written yyyy-MM-dd";

    protected override string Pattern => $"^{DatePattern}$";

    public override bool Accepts(ReadOnlySpan<byte> text, out long number) => IsDate(text, out number);
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class MediaPositionAttribute : TimeRule
{
    public override string Expected => "a position written HH:mm:ss, or a date and time that exists, written yyyy-MM-dd HH:mm:ss";

    protected override string Pattern => $"^([0-9]{{2}}:[0-5][0-9]:[0-5][0-9]|{TimestampPattern})$";

    public override bool Accepts(ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        return HasForm(text, "00:00:00"u8) ? TwoDigits(text, 3) < 60 && TwoDigits(text, 6) < 60 : IsTimestamp(text, out _);
    }
}
