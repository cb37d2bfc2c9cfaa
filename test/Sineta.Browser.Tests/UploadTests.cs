using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Sineta.Browser.Tests;

/// <summary>Files through forms: what is taken, and what is refused beside its field, with all else that was typed kept.</summary>
public sealed class UploadTests(Site site)
{
    private static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_picture_is_taken_and_shown(bool hasScripts)
    {
        await using var visit = await VisitAsync("en-US", hasScripts);
        await SendAsync(visit.Page, "cover.png", "image/png", Png);
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Libras" })).ToBeVisibleAsync();
        await visit.Page.GotoAsync(new Uri(visit.Page.Url).AbsolutePath + "/settings");
        var shown = await visit.Page.Locator(".file-picture").GetAttributeAsync("src");
        Assert.Equal(Png, await (await visit.Page.APIRequest.GetAsync(shown!)).BodyAsync());
    }

    [Theory]
    [InlineData("en-US", "drawing.svg", "image/svg+xml", 0, "This kind of file is not taken")]
    [InlineData("pt-BR", "drawing.svg", "image/svg+xml", 0, "Este tipo de arquivo não é aceito")]
    [InlineData("en-US", "large.png", "image/png", 1_048_577, "at most 1 MB")]
    [InlineData("pt-BR", "large.png", "image/png", 1_048_577, "no máximo 1 MB")]
    [InlineData("pt-BR", "book.pdf", "application/pdf", 0, "Deve ser uma imagem")]
    public async Task What_is_not_taken_is_refused_beside_the_field(string locale, string name, string mediaType, int size, string sentence)
    {
        await using var visit = await VisitAsync(locale, hasScripts: true);
        var page = visit.Page;
        await SendAsync(page, name, mediaType, BytesOf(mediaType, size));
        var field = page.Locator("#cover");
        await Expect(field).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(field).ToHaveAccessibleDescriptionAsync(new Regex(Regex.Escape(sentence)));
        await Expect(page.Locator("#name")).ToHaveValueAsync("Libras");
        await Expect(page.Locator("#workload_hours")).ToHaveValueAsync("8");
    }

    private async Task<Visit> VisitAsync(string locale, bool hasScripts)
    {
        var visit = await site.VisitAsync(hasScripts: hasScripts, locale: locale);
        await site.PostAsync(visit.Key, "/v1/schools", new { name = "Escola Azul" });
        await visit.Page.GotoAsync("/manage/courses/new");
        return visit;
    }

    private static async Task SendAsync(IPage page, string name, string mediaType, byte[] bytes)
    {
        await page.FillAsync("#name", "Libras");
        await page.FillAsync("#workload_hours", "8");
        await page.Locator("#cover").SetInputFilesAsync(new FilePayload { Name = name, MimeType = mediaType, Buffer = bytes });
        await page.Locator("main .card-footer button.btn-primary").ClickAsync();
    }

    private static byte[] BytesOf(string mediaType, int size) => mediaType switch
    {
        "image/png" => [.. Png, .. new byte[size - Png.Length]],
        "application/pdf" => "%PDF-1.7 and so on, for some time"u8.ToArray(),
        _ => "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"u8.ToArray(),
    };
}
