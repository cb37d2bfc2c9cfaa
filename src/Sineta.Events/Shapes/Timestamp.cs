using System.Globalization;
using System.Text;

namespace Sineta.Events.Shapes;

/// <summary>Local time as the contract writes it.</summary>
internal static class Timestamp
{
    public const string Format = "yyyy-MM-dd HH:mm:ss";
    public const int Length = 19;

    public static ReadOnlySpan<byte> Blank => "yyyy-MM-dd HH:mm:ss"u8;

    public static DateTime Parse(ReadOnlySpan<byte> text) =>
        DateTime.ParseExact(Encoding.ASCII.GetString(text), Format, CultureInfo.InvariantCulture);

    /// <exception cref="ArgumentException">The time is marked as UTC: it was not turned into the institution's time.</exception>
    public static void Write(DateTime local, Span<byte> target)
    {
        if (local.Kind == DateTimeKind.Utc)
            throw new ArgumentException("The contract's times are local to the institution; this one is UTC.", nameof(local));
        local.TryFormat(target, out _, Format, CultureInfo.InvariantCulture);
    }
}
