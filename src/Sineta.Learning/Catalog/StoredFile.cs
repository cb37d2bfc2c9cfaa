namespace Sineta.Learning.Catalog;

/// <summary>A file that was uploaded; it never changes.</summary>
/// <param name="MediaType">One of <see cref="FileKinds.All"/>, which the first bytes prove.</param>
/// <param name="Size">In bytes.</param>
public sealed record StoredFile(Guid Id, string Name, string MediaType, long Size, DateTimeOffset CreatedAt)
{
    /// <summary>What its id begins with outside.</summary>
    public const string IdPrefix = "file_";
}

/// <summary>A kind of file that is taken.</summary>
/// <param name="MostBytes">How large it may be.</param>
/// <param name="Marks">Whether the first bytes are of such a file.</param>
public sealed record FileKind(string MediaType, long MostBytes, Func<ReadOnlySpan<byte>, bool> Marks);

/// <summary>
/// Which files are taken. Only what a browser shows without running any of it: no SVG and no HTML, which could act in our name.
/// </summary>
public static class FileKinds
{
    /// <summary>How many first bytes tell what a file is.</summary>
    public const int MarkLength = 16;

    private const long Mega = 1024 * 1024;

    public static IReadOnlyList<FileKind> All { get; } =
    [
        new("image/png", Mega, static bytes => bytes.StartsWith(Png)),
        new("image/jpeg", Mega, static bytes => bytes.StartsWith(Jpeg)),
        new("image/webp", Mega, static bytes => bytes.StartsWith("RIFF"u8) && Has(bytes, 8, "WEBP"u8)),
        new("application/pdf", 20 * Mega, static bytes => bytes.StartsWith("%PDF-"u8)),
        new("audio/mpeg", 30 * Mega, static bytes => bytes.StartsWith("ID3"u8) || IsMpegFrame(bytes)),
        new("audio/ogg", 30 * Mega, static bytes => bytes.StartsWith("OggS"u8)),
        new("audio/wav", 30 * Mega, static bytes => bytes.StartsWith("RIFF"u8) && Has(bytes, 8, "WAVE"u8)),
        new("video/mp4", 100 * Mega, static bytes => Has(bytes, 4, "ftyp"u8)),
        new("video/webm", 100 * Mega, static bytes => bytes.StartsWith(Matroska)),
    ];

    /// <summary>The largest of any kind, in bytes.</summary>
    public static long MostBytes { get; } = All.Max(kind => kind.MostBytes);

    private static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> Jpeg => [0xFF, 0xD8, 0xFF];

    private static ReadOnlySpan<byte> Matroska => [0x1A, 0x45, 0xDF, 0xA3];

    /// <summary>The kind of this media type; null where it is not taken.</summary>
    public static FileKind? Find(string? mediaType) => All.FirstOrDefault(kind => kind.MediaType == mediaType);

    // Eleven set bits, then a layer that exists.
    private static bool IsMpegFrame(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 1 && bytes[0] == 0xFF && (bytes[1] & 0xE0) == 0xE0 && (bytes[1] & 0x06) != 0;

    private static bool Has(ReadOnlySpan<byte> bytes, int at, ReadOnlySpan<byte> mark) =>
        bytes.Length >= at + mark.Length && bytes[at..].StartsWith(mark);
}
