using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.AspNetCore.Components;
using Source = Markdig.Markdown;

namespace Sineta.Server.Pages.Campus;

/// <summary>
/// Shows what authors wrote in Markdown. HTML within it is shown as text; links lead only to pages, and nothing is loaded from elsewhere:
/// a picture of another site becomes a link to it.
/// </summary>
internal static class Markdown
{
    private static readonly MarkdownPipeline Pipeline =
        new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseAutoLinks().UseEmphasisExtras().Build();

    public static MarkupString Show(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return default;
        var document = Source.Parse(text, Pipeline);
        foreach (var link in document.Descendants<LinkInline>().ToList())
            Tame(link);
        foreach (var link in document.Descendants<AutolinkInline>().ToList())
        {
            if (!IsPage(link.Url) && !link.IsEmail)
                link.ReplaceBy(new LiteralInline(link.Url));
        }

        // Alignment would be written as a style, which the browser refuses.
        foreach (var column in document.Descendants<Table>().SelectMany(t => t.ColumnDefinitions))
            column.Alignment = null;

        // The page has the first heading.
        foreach (var heading in document.Descendants<HeadingBlock>())
            heading.Level = Math.Min(6, heading.Level + 1);
        return new MarkupString(document.ToHtml(Pipeline));
    }

    private static void Tame(LinkInline link)
    {
        link.Url = link.GetDynamicUrl?.Invoke() ?? link.Url;
        link.GetDynamicUrl = null;
        if (!IsPage(link.Url))
        {
            link.ReplaceBy(new ContainerInline());
            return;
        }

        if (link.IsImage && !IsOwn(link.Url))
        {
            link.IsImage = false;
            if (link.FirstChild is null)
                link.AppendChild(new LiteralInline(link.Url ?? ""));
        }
    }

    private static bool IsPage(string? url) => IsOwn(url) || (Uri.TryCreate(url, UriKind.Absolute, out var absolute)
        && absolute.Scheme is "http" or "https" or "mailto");

    private static bool IsOwn(string? url) => url is ['/', not ('/' or '\\'), ..] or ['#', ..];
}
