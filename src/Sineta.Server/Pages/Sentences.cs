using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;

namespace Sineta.Server.Pages;

/// <summary>
/// What the program says in English (the API's faults, the reasons on record) in the page's language. Each sentence is found again by
/// its template in <c>Sentences.resx</c>; one that has none stays as it is.
/// </summary>
internal static class Sentences
{
    private static readonly ResourceManager Resources = new("Sineta.Server.Pages.Sentences", typeof(Sentences).Assembly);

    private static readonly (Regex English, string Key)[] Templates = [.. Load()];

    public static string InPageLanguage(string english)
    {
        if (CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en")
            return english;
        foreach (var (pattern, key) in Templates)
        {
            if (pattern.Match(english) is { Success: true } match)
                return Translate(match, Resources.GetString(key, CultureInfo.CurrentUICulture)!);
        }

        return english;
    }

    private static string Translate(Match match, string template) => string.Format(
        CultureInfo.CurrentCulture, template,
        [.. match.Groups.Values.Skip(1).OrderBy(g => g.Name, StringComparer.Ordinal).Select(g => (object)InPageLanguage(g.Value))]);

    // The templates with the fewest holes first: they say most of what they match.
    private static IEnumerable<(Regex, string)> Load() =>
        from System.Collections.DictionaryEntry entry in Resources.GetResourceSet(CultureInfo.InvariantCulture, true, false)!
        let text = (string)entry.Value!
        orderby Hole.Count(text), text.Length descending
        select (new Regex(PatternOf(text), RegexOptions.Singleline | RegexOptions.CultureInvariant), (string)entry.Key);

    private static readonly Regex Hole = new(@"\\\{(\d)}|\{(\d)\}");

    private static string PatternOf(string text) =>
        $"^{Regex.Replace(Regex.Escape(text), @"\\\{(\d)}", "(?<h$1>.+?)")}$";
}
