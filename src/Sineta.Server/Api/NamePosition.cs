using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Sineta.Server.Api;

/// <summary>Where a row stands in a list that goes by name, for its cursor.</summary>
internal readonly record struct NamePosition(string Name, long Id) : ISpanParsable<NamePosition>
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id}:{Name}");

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out NamePosition result)
    {
        var colon = s.IndexOf(':');
        result = default;
        if (colon < 0 || s.Contains('\0') || !long.TryParse(s[..colon], NumberStyles.None, provider, out var id))
            return false;
        result = new NamePosition(s[(colon + 1)..].ToString(), id);
        return true;
    }

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out NamePosition result) =>
        TryParse(s.AsSpan(), provider, out result);

    public static NamePosition Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var read) ? read : throw new FormatException("It is no position in a list by name.");

    public static NamePosition Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);
}
