using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Sineta.Server.Api;

/// <summary>The pages that problems' types lead to.</summary>
internal static class ProblemPages
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/problems", static () => Page("Problems", ProblemTypes.All)).ExcludeFromDescription();
        app.MapGet("/problems/{slug}", static IResult (string slug) => ProblemTypes.All.FirstOrDefault(p => p.Slug == slug) is { } type
            ? Page(type.Title, [type]) : ProblemTypes.NotFound.With("There is no such kind of problem.")).ExcludeFromDescription();
    }

    private static ContentHttpResult Page(string title, IReadOnlyList<ProblemType> types)
    {
        var page = new StringBuilder(
            $"""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{HtmlEncoder.Default.Encode(title)} · Sineta</title>
            <link rel="stylesheet" href="/docs/api/page.css">
            <main>
            <h1>{HtmlEncoder.Default.Encode(title)}</h1>

            """);
        foreach (var type in types)
            page.Append(Entry(type));
        return TypedResults.Text(page.Append("</main>\n").ToString(), "text/html; charset=utf-8");
    }

    private static string Entry(ProblemType type) =>
        $"""
        <section id="{type.Slug}">
        <h2><code>{type.Status}</code> <a href="{type.Uri}">{type.Uri}</a></h2>
        <p><strong>{HtmlEncoder.Default.Encode(type.Title)}.</strong> {HtmlEncoder.Default.Encode(type.Meaning)}</p>
        </section>

        """;
}
