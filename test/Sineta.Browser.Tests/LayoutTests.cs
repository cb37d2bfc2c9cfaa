using static Microsoft.Playwright.Assertions;

namespace Sineta.Browser.Tests;

/// <summary>What has to lie where it belongs.</summary>
public sealed class LayoutTests(Site site)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_second_look_has_its_warning_in_its_box_and_closes_by_Escape_or_elsewhere(bool isPhone)
    {
        await using var receiver = await Receivers.StartAsync(Stop);
        await using var visit = await site.VisitAsync(isPhone: isPhone);
        var endpoint = (await site.PostAsync(visit.Key, "/v1/endpoints", new { url = receiver.Url })).GetProperty("id").GetString();
        var page = visit.Page;
        await page.GotoAsync($"/webhooks/endpoints/{endpoint}");
        var opener = page.Locator("summary", new() { HasText = "Delete" });
        var panel = page.Locator(".confirm[open] .confirm-panel");
        await opener.ClickAsync();
        var (box, warning) = ((await panel.BoundingBoxAsync())!, (await panel.Locator("p").BoundingBoxAsync())!);
        Assert.InRange(warning.Y, box.Y, box.Y + box.Height);
        Assert.InRange(warning.Y + warning.Height, box.Y, box.Y + box.Height);
        Assert.InRange(warning.X, box.X, box.X + box.Width);

        await page.Keyboard.PressAsync("Escape");
        await Expect(panel).ToHaveCountAsync(0);
        await Expect(opener).ToBeFocusedAsync();
        await opener.ClickAsync();
        await panel.Locator("p").ClickAsync();
        await Expect(panel).ToBeVisibleAsync();
        await page.Locator("h1").ClickAsync();
        await Expect(panel).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_log_has_an_endpoint_on_one_line()
    {
        await using var receiver = await Receivers.StartAsync(Stop);
        await using var visit = await site.VisitAsync();
        var url = new Uri(receiver.Url, "/integrations/academic-system/production/webhooks/sineta");
        await site.PostAsync(visit.Key, "/v1/endpoints", new { url });
        var page = visit.Page;
        await page.GotoAsync("/webhooks/deliveries");
        var place = page.Locator("#rows .place").First;
        await Expect(place).ToHaveAttributeAsync("title", url.Authority + url.AbsolutePath);
        var box = (await place.BoundingBoxAsync())!;
        Assert.InRange(box.Height, 1, 30);
        Assert.InRange(box.Width, 150, 400);
        Assert.True(await page.Locator(".table-responsive").EvaluateAsync<bool>("table => table.scrollWidth <= table.clientWidth"));
    }

    [Fact]
    public async Task A_trails_steps_leave_their_words_room_on_a_phone()
    {
        await using var visit = await site.VisitAsync(isPhone: true, locale: "pt-BR");
        var school = (await site.PostAsync(visit.Key, "/v1/schools", new { name = "Escola" })).GetProperty("id").GetInt64();
        var course = (await site.PostAsync(visit.Key, "/v1/courses", new { school_id = school, name = "Marcenaria", workload_hours = 10 }))
            .GetProperty("id").GetInt64();
        var items = new[] { new { course_id = course, required = true } };
        var trail = (await site.PostAsync(visit.Key, "/v1/trails", new { name = "Trilha", items })).GetProperty("id").GetInt64();
        await visit.Page.GotoAsync($"/manage/trails/{trail}/edit");
        var label = visit.Page.Locator(".path .form-check-label");
        await Expect(label).ToContainTextAsync("Obrigatório");
        Assert.InRange((await label.BoundingBoxAsync())!.Width, 100, 390);
    }
}
