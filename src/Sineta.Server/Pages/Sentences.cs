using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;

namespace Sineta.Server.Pages;

/// <summary>
/// What the program says in English (the API's faults, the reasons on record) in the page's language. Each sentence is found again by
/// its template in <c>Sentences.resx</c>; one that has none stays as it is.
/// </summary>
internal static partial class Sentences
{
    private static readonly ResourceManager Resources = new("Sineta.Server.Pages.Sentences", typeof(Sentences).Assembly);

    private static readonly Lazy<(Regex English, string Key)[]> Templates = new(static () => [.. Load()]);

    public static string InPageLanguage(string english) =>
        CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? english : Find(english) ?? english;

    /// <summary>The sentence in the page's language; null where it has no template.</summary>
    internal static string? Find(string english)
    {
        foreach (var (pattern, key) in Templates.Value)
        {
            if (pattern.Match(english) is { Success: true } match)
                return Translate(match, Resources.GetString(key, CultureInfo.CurrentUICulture)!);
        }

        return null;
    }

    private static string Translate(Match match, string template) => string.Format(
        CultureInfo.CurrentCulture, template,
        [
            .. match.Groups.Values.Skip(1).OrderBy(static g => g.Name, StringComparer.Ordinal)
                .Select(static g => (object)InPageLanguage(g.Value)),
        ]);

    // Those with the fewest holes first: they say most of what they match.
    private static IEnumerable<(Regex, string)> Load() =>
        from DictionaryEntry entry in Resources.GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!
        let text = (string)entry.Value!
        orderby Hole().Count(text), text.Length descending
        select (new Regex(PatternOf(text), RegexOptions.Singleline | RegexOptions.CultureInvariant), (string)entry.Key);

    private static string PatternOf(string text)
    {
        var parts = Hole().Split(text).Select(static (part, i) => i % 2 == 1 ? $"(?<h{part}>.+?)" : Regex.Escape(Unescaped(part)));
        return $"^{string.Concat(parts)}$";
    }

    private static string Unescaped(string part) =>
        part.Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal);

    [GeneratedRegex(@"(?<!\{)\{(\d)\}")]
    private static partial Regex Hole();
}
