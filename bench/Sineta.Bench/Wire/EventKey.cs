using System.Buffers;
using System.Buffers.Text;

namespace Sineta.Bench.Wire;

/// <summary>An event's id, <c>evt_</c> and 32 hexadecimal digits, as the 128 bits it stands for.</summary>
internal static class EventKey
{
    private const int Digits = 32;
    private static readonly StandardFormat Hexadecimal = new('x', Digits / 2);

    public const int Length = 4 + Digits;

    private static ReadOnlySpan<byte> Prefix => "evt_"u8;

    public static bool TryParse(ReadOnlySpan<byte> id, out UInt128 key)
    {
        key = default;
        if (id.Length != Length || !id.StartsWith(Prefix))
            return false;
        var digits = id[Prefix.Length..];
        if (!Utf8Parser.TryParse(digits[..(Digits / 2)], out ulong upper, out var read, 'x') || read != Digits / 2)
            return false;
        if (!Utf8Parser.TryParse(digits[(Digits / 2)..], out ulong lower, out read, 'x') || read != Digits / 2)
            return false;
        key = new UInt128(upper, lower);
        return true;
    }

    public static void Write(UInt128 key, Span<byte> into)
    {
        Prefix.CopyTo(into);
        _ = Utf8Formatter.TryFormat((ulong)(key >> 64), into[Prefix.Length..], out _, Hexadecimal);
        _ = Utf8Formatter.TryFormat((ulong)key, into[(Prefix.Length + Digits / 2)..], out _, Hexadecimal);
    }
}
