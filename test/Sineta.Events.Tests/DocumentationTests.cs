using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sineta.Events.Tests;

/// <summary>The pages under docs/events say what the code does.</summary>
public sealed partial class DocumentationTests
{
    public static TheoryData<string> Slugs => FixtureTests.Slugs;

    [Theory]
    [MemberData(nameof(Slugs))]
    public void A_page_lists_the_fields_of_its_event_in_order(string slug)
    {
        Assert.True(EventTypes.TryFind(slug, out var type));

        Assert.Equal(
            Leaves(JsonNode.Parse(type.DataSchema.Span)!),
            Field().Matches(Page(slug)).Select(match => match.Groups[1].Value));
    }

    [Theory]
    [MemberData(nameof(Slugs))]
    public void A_page_shows_the_name_the_dedupe_key_and_the_example_of_its_event(string slug)
    {
        Assert.True(EventTypes.TryFind(slug, out var type));

        Assert.Contains($"`{slug}` · *{type.Name}*", Page(slug), StringComparison.Ordinal);
        Assert.Contains($"`{type.DedupeKeyForm}`", Page(slug), StringComparison.Ordinal);
        Assert.Equal(
            Encoding.UTF8.GetString(type.Sample.Span),
            Encoding.UTF8.GetString(EventReader.ReadBody(Encoding.UTF8.GetBytes(Example().Match(Page(slug)).Groups[1].Value)).Document
                .ToBody(EventReader.ReadBody(type.Sample.Span).Document.SendAt!.Value)));
    }

    [Fact]
    public void The_first_page_names_every_event_and_every_header()
    {
        var page = Page("README");

        Assert.All(EventTypes.All, type => Assert.Contains($"({type.Slug}.md)", page, StringComparison.Ordinal));
        Assert.Contains($"`{EndpointVerification.SlugText}`", page, StringComparison.Ordinal);
        Assert.Contains($"`{EndpointDisabled.SlugText}`", page, StringComparison.Ordinal);
        var headers = typeof(WebhookHeaders).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => f.GetRawConstantValue());
        Assert.All(headers, header => Assert.Contains($"`{header}`", page, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Leaves(JsonNode schema, string path = "") => schema switch
    {
        _ when schema["properties"] is JsonObject properties =>
            properties.SelectMany(property => Leaves(property.Value!, path.Length == 0 ? property.Key : $"{path}.{property.Key}")),
        _ when schema["items"] is { } items => Leaves(items, $"{path}[]"),
        _ => [path],
    };

    private static string Page(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", $"{name}.md"));

    [GeneratedRegex(@"^\| `([a-z_]+[.\[][a-z_.\[\]]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Field();

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
