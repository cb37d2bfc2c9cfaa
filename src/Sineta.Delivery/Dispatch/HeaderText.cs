using System.Buffers;
using System.Text;

namespace Sineta.Delivery.Dispatch;

/// <summary>
/// Writes a text as a header's value the way CloudEvents does (HTTP binding, 3.1.3.2): what is not a printable ASCII character, and a
/// space, a double quote and a percent sign, are percent-encoded as UTF-8.
/// </summary>
internal static class HeaderText
{
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "!#$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    public static string Encode(string text) => text.AsSpan().IndexOfAnyExcept(Plain) < 0 ? text : EncodeSlowly(text);

    private static string EncodeSlowly(string text)
    {
        var encoded = new StringBuilder(text.Length + 16);
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            if (Plain.Contains((char)unit))
                encoded.Append((char)unit);
            else
                encoded.Append('%').Append(Convert.ToHexString([unit]));
        }
        return encoded.ToString();
    }
}
