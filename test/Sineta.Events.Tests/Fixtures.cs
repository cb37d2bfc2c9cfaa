using System.Text;
using System.Text.Json.Nodes;

namespace Sineta.Events.Tests;

/// <summary>The example bodies of the source's pages, as those pages give them.</summary>
public static class Fixtures
{
    /// <summary>The compact form, made by text alone so that no JSON library has a say in it.</summary>
    public static string Compact(string slug) =>
        string.Concat(Pretty(slug).Split('\n').Select(line => line.TrimStart())).Replace("\": ", "\":", StringComparison.Ordinal);

    public static byte[] CompactUtf8(string slug) => Encoding.UTF8.GetBytes(Compact(slug));

    public static JsonObject Data(string slug) => JsonNode.Parse(Pretty(slug))!["data"]!.AsObject();

    private static string Pretty(string slug) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "fixtures", $"{slug}.json"));
}
