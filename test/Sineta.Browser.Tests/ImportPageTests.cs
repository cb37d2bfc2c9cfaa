using System.Text;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Sineta.Browser.Tests;

/// <summary>How a manager brings lists in and takes reports out, in a real browser.</summary>
public sealed class ImportPageTests(Site site)
{
    private const int Rows = 4_000;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task A_list_is_uploaded_its_bar_finishes_by_itself_and_the_refused_row_says_why(bool isDark, bool isPhone)
    {
        await using var visit = await site.VisitAsync(isDark, isPhone);
        var page = visit.Page;
        await visit.Context.AddInitScriptAsync(scriptPath: Path.Combine(AppContext.BaseDirectory, "axe.min.js"));
        await page.GotoAsync("/manage/users");
        await page.Locator("main").GetByRole(AriaRole.Link, new() { Name = "Import", Exact = true }).ClickAsync();
        await AssertOpenToAllAsync(page);
        var sample = await page.RunAndWaitForDownloadAsync(
            () => page.GetByRole(AriaRole.Link, new() { Name = "A sample to begin with (CSV)" }).ClickAsync());
        Assert.Equal("users.csv", sample.SuggestedFilename);

        await SendAsync(page, People(), "Start the import");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Import of users" })).ToBeVisibleAsync();
        await page.EvaluateAsync("window.stays = true");
        await Expect(page.Locator("#import .state")).ToHaveTextAsync("Done", new() { Timeout = 60_000 });
        Assert.True(await page.EvaluateAsync<bool>("window.stays"));
        Assert.Equal(1, await page.Locator("#import progress").EvaluateAsync<double>("bar => bar.value"));
        var refused = page.GetByRole(AriaRole.Row).Filter(new() { HasText = $"Line {Rows + 2}" });
        await Expect(refused).ToContainTextAsync("Must be a CPF with the right check digits");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Cancel the import" })).ToHaveCountAsync(0);
        await AssertOpenToAllAsync(page);
        var file = await page.RunAndWaitForDownloadAsync(
            () => page.GetByRole(AriaRole.Link, new() { Name = "Download the refused rows" }).ClickAsync());
        Assert.EndsWith("-refused.csv", file.SuggestedFilename, StringComparison.Ordinal);

        await page.GotoAsync("/manage/imports");
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Users" })).ToContainTextAsync("Done");
        await AssertOpenToAllAsync(page);
        await page.GotoAsync("/manage/reports");
        await AssertOpenToAllAsync(page);
        var report = await page.RunAndWaitForDownloadAsync(
            () => page.GetByRole(AriaRole.Button, new() { Name = "How far everybody is: Download CSV" }).ClickAsync());
        Assert.Equal("progress.csv", report.SuggestedFilename);
    }

    [Fact]
    public async Task Without_JavaScript_a_file_that_is_none_is_refused_beside_its_field_and_another_is_taken()
    {
        await using var visit = await site.VisitAsync(hasScripts: false, locale: "pt-BR");
        var page = visit.Page;
        await page.GotoAsync("/manage/imports/new?kind=users");
        await SendAsync(page, "signo;email\nLeão;a@example.com\n", "Iniciar a importação");
        await Expect(page.Locator("#file-faults")).ToContainTextAsync("Coluna 1: Não é conhecida aqui");
        await SendAsync(page, "name;email;cpf\nAna Souza;ana@example.com;529.982.247-25\n", "Iniciar a importação");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Importação de usuários" })).ToBeVisibleAsync();
        for (var i = 0; i < 20 && await page.Locator("#import .no-js").CountAsync() > 0; i++)
            await page.Locator("#import .no-js").ClickAsync();
        await Expect(page.GetByText("Nenhuma linha foi recusada", new() { Exact = true })).ToBeVisibleAsync();
    }

    private static async Task SendAsync(IPage page, string file, string button)
    {
        var chosen = new FilePayload { Name = "people.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(file) };
        await page.SetInputFilesAsync("#file", chosen);
        await page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
    }

    /// <summary>So many people, and one who cannot be.</summary>
    private static string People() => Enumerable.Range(0, Rows).Aggregate(
            new StringBuilder("name,email,cpf\n"), static (text, i) => text.Append(null, $"Pessoa {i},p{i}@example.com,529.982.247-25\n"))
        .Append("Zé,ze@example.com,529.982.247-26\n").ToString();

    private static async Task AssertOpenToAllAsync(IPage page)
    {
        Assert.Empty(await SiteTests.BarriersAsync(page));
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth") <= 0, $"{page.Url} is too wide");
    }
}
