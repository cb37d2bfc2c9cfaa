using System.Text;

namespace Sineta.Learning;

/// <summary>
/// What descriptions, lessons' texts and explanations may be: any lines, up to a size, that the database and the events can carry.
/// </summary>
internal static class Texts
{
    private const int Kilo = 1024;

    /// <summary>What the events' contract takes of an answer or an explanation.</summary>
    public const int Long = 16 * Kilo;

    /// <summary>What makes a text unusable, as a sentence; null where it is fine, or absent.</summary>
    /// <param name="most">Bytes in UTF-8.</param>
    public static string? FaultOf(string? text, int most = Long) =>
        text is not null && (text.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(text) > most)
            ? $"Must be a text of at most {most / Kilo} KiB in UTF-8, without U+0000." : null;

    /// <summary>As <see cref="FaultOf"/>, of a text that must say something.</summary>
    public static string? FaultOfGiven(string? text, int most = Long) =>
        string.IsNullOrWhiteSpace(text) ? "Must be given." : FaultOf(text, most);

    /// <summary>The text without space around it; null where nothing is left.</summary>
    public static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
