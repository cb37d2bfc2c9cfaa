using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sineta.Server.Api;

/// <summary>
/// Where a page of a list ended, as a text that only that list takes back. It opens nothing: the institution is always the key's.
/// </summary>
internal static class Cursor
{
    private const int MarkSize = 8;
    private const int MaxLength = 2048;

    /// <summary>A number as the position of a page's end.</summary>
    public static string Position(long id) => id.ToString(CultureInfo.InvariantCulture);

    public static string Write(string list, string position) =>
        Base64Url.EncodeToString([.. MarkOf(list), .. Encoding.UTF8.GetBytes(position)]);

    public static bool TryRead(string list, string cursor, [NotNullWhen(true)] out string? position)
    {
        position = null;
        if (cursor.Length > MaxLength || !Base64Url.IsValid(cursor))
            return false;
        var bytes = Base64Url.DecodeFromChars(cursor);
        if (bytes.Length <= MarkSize || !bytes.AsSpan(0, MarkSize).SequenceEqual(MarkOf(list)))
            return false;
        position = Encoding.UTF8.GetString(bytes.AsSpan(MarkSize));
        return true;
    }

    private static byte[] MarkOf(string list) => SHA256.HashData(Encoding.UTF8.GetBytes(list))[..MarkSize];
}
