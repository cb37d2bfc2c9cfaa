using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;

namespace Sineta.Delivery.Dispatch;

/// <summary>An answer's headers as one text for the log, a line <c>name: value</c> each.</summary>
public static class ResponseHeaders
{
    /// <summary>The most characters kept.</summary>
    public const int Limit = 8 * 1024;

    internal static string Of(HttpResponseMessage answer)
    {
        var text = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[1024]);
        var length = 0;
        Append(ref text, ref length, answer.Headers.NonValidated);
        Append(ref text, ref length, answer.Content.Headers.NonValidated);
        var all = text.ToStringAndClear();
        // PostgreSQL's text cannot hold a zero.
        return all.Contains('\0', StringComparison.Ordinal) ? all.Replace('\0', '\uFFFD') : all;
    }

    private static void Append(ref DefaultInterpolatedStringHandler text, ref int length, HttpHeadersNonValidated headers)
    {
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
                Append(ref text, ref length, name, value);
        }
    }

    private static void Append(ref DefaultInterpolatedStringHandler text, ref int length, string name, string value)
    {
        var room = Limit - length - name.Length - 3;
        if (room <= 0)
            return;
        var kept = value.AsSpan(0, Math.Min(room, value.Length));
        text.AppendLiteral(name);
        text.AppendLiteral(": ");
        text.AppendFormatted(kept);
        text.AppendLiteral("\n");
        length += name.Length + kept.Length + 3;
    }
}
