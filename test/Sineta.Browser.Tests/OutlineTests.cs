using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Sineta.Browser.Tests;

/// <summary>How contents go from lesson to lesson, in a real browser.</summary>
public sealed class OutlineTests(Site site)
{
    [Fact]
    public async Task A_content_is_dragged_into_another_lesson_and_brought_back_by_the_keyboard()
    {
        await using var visit = await site.VisitAsync();
        var page = visit.Page;
        await page.GotoAsync(await NewCourseAsync(visit.Key));
        await DragAsync(page, "a", page.Locator(".lesson").Nth(2));
        await Expect(Rows(page, 2)).ToContainTextAsync(["a"]);
        await page.ReloadAsync();
        await Expect(Rows(page, 0)).ToContainTextAsync(["b"]);
        await Expect(Rows(page, 2)).ToContainTextAsync(["a"]);
        await DragAsync(page, "b", page.Locator(".lesson").Nth(1));
        await Expect(Rows(page, 1)).ToHaveCountAsync(2);

        await page.GetByRole(AriaRole.Button, new() { Name = "Move a to Two" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(Rows(page, 1)).ToHaveCountAsync(3);
        await Expect(Rows(page, 1).Nth(2)).ToContainTextAsync("a");
        await page.Keyboard.PressAsync("Enter");
        await Expect(Rows(page, 1).Nth(1)).ToContainTextAsync("a");
        await page.GetByRole(AriaRole.Link, new() { Name = "a", Exact = true }).ClickAsync();
        await page.SelectOptionAsync("#lesson_id", new SelectOptionValue { Label = "1. One" });
        await page.Locator("main .card-footer button.btn-primary").ClickAsync();
        await Expect(Rows(page, 0)).ToContainTextAsync(["a"]);
    }

    private static ILocator Rows(IPage page, int lesson) => page.Locator(".lesson").Nth(lesson).Locator(".content-row");

    /// <summary>Drags a content by its grip to the middle of a lesson, and waits until the outline was sent back.</summary>
    private static async Task DragAsync(IPage page, string title, ILocator lesson)
    {
        var row = page.Locator(".content-row").Filter(new() { Has = page.GetByRole(AriaRole.Link, new() { Name = title, Exact = true }) });
        var from = (await row.Locator(".grip").BoundingBoxAsync())!;
        var to = (await lesson.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(from.X + (from.Width / 2), from.Y + (from.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(to.X + 40, to.Y + (to.Height / 2), new() { Steps = 12 });
        await page.RunAndWaitForResponseAsync(() => page.Mouse.UpAsync(), static r => r.Request.Method == "GET");
    }

    /// <summary>A course of three lessons: a and b in the first, c in the second, nothing in the third.</summary>
    /// <returns>The address of its page.</returns>
    private async Task<string> NewCourseAsync(string key)
    {
        var school = await MakeAsync(key, "/v1/schools", new { name = "Escola Azul" });
        var course = await MakeAsync(key, "/v1/courses", new { name = "First aid", school_id = school });
        var lessons = new List<long>();
        foreach (var title in new[] { "One", "Two", "Three" })
            lessons.Add(await MakeAsync(key, $"/v1/courses/{course}/lessons", new { title }));
        foreach (var (title, lesson) in new[] { ("a", 0), ("b", 0), ("c", 1) })
            await MakeAsync(key, $"/v1/lessons/{lessons[lesson]}/contents", new { kind = "text", title, body = "Read.", published = true });
        return $"/manage/courses/{course}";
    }

    private async Task<long> MakeAsync(string key, string path, object body) => (await site.PostAsync(key, path, body)).GetProperty("id").GetInt64();
}
