using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using Sineta.Server.Pages;

namespace Sineta.Server.Tests.Pages;

/// <summary>Whatever the pages say, they say in both languages.</summary>
public sealed partial class TextTests
{
    private static readonly CultureInfo Portuguese = CultureInfo.GetCultureInfo("pt-BR");

    public static TheoryData<string> Resources => [.. typeof(SinetaPages).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith("Sineta.Server.Pages.", StringComparison.Ordinal))
        .Where(name => name.EndsWith(".resources", StringComparison.Ordinal))
        .Select(name => name[..^".resources".Length])];

    [Theory]
    [MemberData(nameof(Resources))]
    public void Every_text_is_there_in_both_languages_with_the_same_holes(string name)
    {
        var resources = new ResourceManager(name, typeof(SinetaPages).Assembly);
        var english = Texts(resources, CultureInfo.InvariantCulture);
        var portuguese = Texts(resources, Portuguese);
        Assert.Equal(english.Keys.Order(StringComparer.Ordinal), portuguese.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, text) in english)
        {
            Assert.NotEmpty(text);
            Assert.Equal((key, Holes(text)), (key, Holes(portuguese[key])));
        }
    }

    private static Dictionary<string, string> Texts(ResourceManager resources, CultureInfo culture) =>
        resources.GetResourceSet(culture, createIfNotExists: true, tryParents: false)!.Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string)e.Value!, StringComparer.Ordinal);

    private static string Holes(string text) =>
        string.Join(' ', Hole().Matches(text).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal));

    [GeneratedRegex(@"\{\d")]
    private static partial Regex Hole();
}
