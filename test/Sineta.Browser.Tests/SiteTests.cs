using System.Text.Json;
using Microsoft.Playwright;
using Sineta.Testing;
using static Microsoft.Playwright.Assertions;

namespace Sineta.Browser.Tests;

/// <summary>What holds on every page: both languages, a keyboard alone, a phone, and no barrier.</summary>
public sealed class SiteTests(Site site)
{
    private static readonly string[] Signed =
    [
        "/", "/institutions", "/webhooks", "/webhooks/endpoints", "/webhooks/endpoints/new", "/webhooks/deliveries", "/webhooks/replays",
        "/webhooks/replays/new", "/webhooks/events", "/webhooks/events/activities.course.completed", "/webhooks/api-keys",
        "/webhooks/audit", "/inbox", "/nowhere",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task No_page_has_a_barrier_or_an_error(bool isDark, bool isPhone)
    {
        await using var receiver = await Receivers.StartAsync(Stop);
        await using var visit = await site.VisitAsync(isDark, isPhone);
        await visit.Context.AddInitScriptAsync(scriptPath: Path.Combine(AppContext.BaseDirectory, "axe.min.js"));
        var errors = new List<string>();
        visit.Page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("404", StringComparison.Ordinal))
                errors.Add(message.Text);
        };
        foreach (var path in (string[])[.. Signed, .. await FillAsync(visit, receiver.Url)])
        {
            await visit.Page.GotoAsync(path);
            errors.AddRange((await BarriersAsync(visit.Page)).Select(barrier => $"{path}: {barrier}"));
            var overflow = await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
            if (overflow > 0)
                errors.Add($"{path} is {overflow} pixels too wide");
        }

        Assert.True(errors.Count == 0, string.Join('\n', errors));
    }

    [Fact]
    public async Task The_language_and_the_appearance_are_switched_by_buttons()
    {
        await using var visit = await site.VisitAsync();
        var page = visit.Page;
        await page.GotoAsync("/webhooks/deliveries?status=failed");
        await page.GetByRole(AriaRole.Button, new() { Name = "Portuguese" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Entregas" })).ToBeVisibleAsync();
        Assert.EndsWith("?status=failed", page.Url, StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Aparência: Claro" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Aparência: Escuro" }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-bs-theme", "dark");
    }

    [Fact]
    public async Task On_a_phone_the_menu_opens_and_closes()
    {
        await using var visit = await site.VisitAsync(isPhone: true);
        var page = visit.Page;
        await page.GotoAsync("/webhooks");
        var link = page.GetByRole(AriaRole.Link, new() { Name = "Audit trail" });
        await Expect(link).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Menu", Exact = true }).ClickAsync();
        await link.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Audit trail" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_keyboard_alone_is_enough()
    {
        await using var visit = await site.VisitAsync();
        var page = visit.Page;
        await page.GotoAsync("/webhooks/api-keys");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator(".skip")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#name").FocusAsync();
        await page.Keyboard.TypeAsync("ERP");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Space");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("The key “ERP” is made")).ToBeVisibleAsync();
        await page.Locator("tr", new() { HasText = "ERP" }).Locator("summary").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("The key is revoked.")).ToBeVisibleAsync();
    }

    /// <summary>Gives the institution something to show, and names the pages that show it.</summary>
    private async Task<string[]> FillAsync(Visit visit, Uri receiver)
    {
        var endpoint = (await site.PostAsync(visit.Key, "/v1/endpoints", new { url = receiver })).GetProperty("id").GetString();
        await site.EnrollAsync(visit.Key, 1);
        await site.PostAsync(visit.Key, "/v1/endpoints", new { url = "http://127.0.0.1:9/nobody" });
        var replay = (await site.PostAsync(visit.Key, "/v1/replays", new { endpoint_id = endpoint })).GetProperty("id").GetString();
        await Eventually.TrueAsync(
            async () =>
            {
                await visit.Page.GotoAsync("/webhooks/deliveries?status=delivered");
                return await visit.Page.Locator("#rows tbody th a").CountAsync() > 0;
            }, Stop);
        var delivery = await visit.Page.Locator("#rows tbody th a").First.GetAttributeAsync("href");
        return [$"/webhooks/endpoints/{endpoint}", $"/webhooks/endpoints/{endpoint}/settings", $"/webhooks/replays/{replay}", delivery!];
    }

    internal static async Task<IEnumerable<string>> BarriersAsync(IPage page)
    {
        // In a page that is still arriving a link may have no text yet.
        await page.WaitForLoadStateAsync();
        var found = await page.EvaluateAsync<JsonElement>(
            """
            async () => (await axe.run()).violations
                .filter(v => v.impact === "serious" || v.impact === "critical")
                .map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + " " + n.failureSummary).join(" | ")}`)
            """);
        return found.EnumerateArray().Select(v => v.GetString()!);
    }
}
