using System.Text;
using Sineta.Learning.Imports;

namespace Sineta.Server.Pages.Manage;

/// <summary>What a file is, as spreadsheets save them.</summary>
internal static class ImportFile
{
    private const int PieceBytes = 64 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding Windows = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>A workbook, as Excel saves one now (it is a zip) or did before 2007.</summary>
    public static bool IsWorkbook(ReadOnlySpan<byte> beginning) =>
        beginning.StartsWith("PK\u0003\u0004"u8) || beginning.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]);

    /// <summary>Browsers disagree on what they call a file, but the header of a CSV never begins as an object does.</summary>
    public static ImportFormat FormatOf(ReadOnlySpan<byte> beginning) =>
        beginning.TrimStart("\uFEFF \t\r\n"u8).StartsWith("{"u8) ? ImportFormat.NdJson : ImportFormat.Csv;

    /// <summary>A CSV with the bytes that importing takes: what is not UTF-8 was saved as Windows writes Portuguese.</summary>
    public static async Task<Stream> ReadAsync(Stream csv, CancellationToken cancellationToken)
    {
        var isText = await IsTextAsync(csv, cancellationToken);
        csv.Position = 0;
        return isText ? csv : Encoding.CreateTranscodingStream(csv, Windows, Encoding.UTF8);
    }

    // UTF-8, or UTF-16 with its mark, which is read as well.
    private static async Task<bool> IsTextAsync(Stream csv, CancellationToken cancellationToken)
    {
        var (decoder, bytes, chars) = (Strict.GetDecoder(), new byte[PieceBytes], new char[PieceBytes + 1]);
        for (var isFirst = true; ; isFirst = false)
        {
            var read = await csv.ReadAsync(bytes, cancellationToken);
            if (isFirst && read >= 2 && (bytes[0], bytes[1]) is (0xFF, 0xFE) or (0xFE, 0xFF))
                return true;
            try
            {
                decoder.GetChars(bytes, 0, read, chars, 0, flush: read == 0);
            }
            catch (DecoderFallbackException)
            {
                return false;
            }

            if (read == 0)
                return true;
        }
    }
}
