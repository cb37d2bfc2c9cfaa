using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Sineta.Browser.Tests;

/// <summary>How a manager runs a school, in a real browser.</summary>
public sealed class ManageTests(Site site)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_manager_builds_a_course_publishes_it_and_invites_students_to_a_class(bool hasScripts)
    {
        await using var visit = await site.VisitAsync(hasScripts: hasScripts);
        var page = visit.Page;
        await FillAsync(page, "/manage/schools/new", ("#name", "Escola Azul"));
        await page.GotoAsync("/manage/courses/new");
        await page.FillAsync("#name", "First aid");
        await page.FillAsync("#workload_hours", "8");
        await SubmitAsync(page);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "First aid" })).ToBeVisibleAsync();

        await AddLessonAsync(page, "The first minutes");
        await AddLessonAsync(page, "Before anything else");
        await page.GetByRole(AriaRole.Button, new() { Name = "Move Before anything else up" }).ClickAsync();
        await Expect(page.Locator(".lesson-title").First).ToContainTextAsync("Before anything else");
        await page.Locator(".lesson").First.GetByRole(AriaRole.Link, new() { Name = "Text", Exact = true }).ClickAsync();
        await page.FillAsync("#title", "Keep calm");
        await page.FillAsync("#body", "Breathe, **then** look.");
        await SubmitAsync(page);
        await AddQuizAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish course" }).ClickAsync();
        await Expect(page.GetByText("The course is in the catalog.")).ToBeVisibleAsync();

        await RegisterAsync(page, "Ana Souza", "ana@escola.example", "529.982.247-25");
        await RegisterAsync(page, "Beto Lima", "beto@escola.example", "111.444.777-35");
        await page.GotoAsync("/manage/classes/new");
        await page.FillAsync("#name", "March");
        await page.SelectOptionAsync("#course_id", new SelectOptionValue { Label = "First aid" });
        await SubmitAsync(page);
        await page.FillAsync("#search", "ana");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByLabel("Ana Souza").CheckAsync();
        await page.FillAsync("#emails", "beto@escola.example");
        await page.FillAsync("#search", "nobody");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".chips")).ToContainTextAsync("Ana Souza");
        await page.GetByRole(AriaRole.Button, new() { Name = "Invite", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Invited: 2; newly enrolled: 2.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Row)).ToHaveCountAsync(3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Enter_in_a_trails_search_searches_and_saves_nothing(bool hasScripts)
    {
        await using var visit = await site.VisitAsync(hasScripts: hasScripts);
        var page = visit.Page;
        await page.GotoAsync("/manage/trails/new");
        await page.FillAsync("#name", "House");
        await page.FillAsync("#find", "carpentry");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#items")).ToContainTextAsync("Nothing found");
        await Expect(page.Locator("#name")).ToHaveValueAsync("House");
        await page.GotoAsync("/manage/trails");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "House" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task In_a_quiz_the_focus_is_where_it_goes_on()
    {
        await using var visit = await site.VisitAsync();
        var page = visit.Page;
        await FillAsync(page, "/manage/schools/new", ("#name", "Escola Azul"));
        await FillAsync(page, "/manage/courses/new", ("#name", "First aid"), ("#workload_hours", "8"));
        await AddLessonAsync(page, "One");
        await page.Locator(".lesson").First.GetByRole(AriaRole.Link, new() { Name = "Quiz" }).ClickAsync();
        await page.FillAsync("#title", "What now?");
        await page.GetByRole(AriaRole.Button, new() { Name = "One right option" }).ClickAsync();
        await Expect(page.Locator("#q0_text")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("Whom do you call?");
        await page.GetByRole(AriaRole.Button, new() { Name = "Another option" }).ClickAsync();
        await Expect(page.GetByLabel("Option 4", new() { Exact = true })).ToBeFocusedAsync();
        await page.GetByLabel("Option 1", new() { Exact = true }).FillAsync("192");
        await page.GetByLabel("Option 2", new() { Exact = true }).FillAsync("007");
        await SubmitAsync(page);
        await Expect(page.Locator("main .faults").First).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Option 1 is right")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_form_that_is_half_filled_survives_another_theme_and_asks_before_another_language()
    {
        await using var visit = await site.VisitAsync();
        var page = visit.Page;
        var asked = new List<string>();
        page.Dialog += async (_, dialog) =>
        {
            asked.Add(dialog.Message);
            await dialog.DismissAsync();
        };
        await page.GotoAsync("/manage/courses/new");
        await page.FillAsync("#name", "First aid");
        foreach (var theme in new[] { "light", "dark" })
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Appearance: " + (theme == "light" ? "Light" : "Dark") }).ClickAsync();
            await Expect(page.Locator("html")).ToHaveAttributeAsync("data-bs-theme", theme);
        }

        await Expect(page.Locator("#theme-switch")).ToBeFocusedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Portuguese" }).ClickAsync();
        await Expect(page.Locator("#name")).ToHaveValueAsync("First aid");
        Assert.Contains("is not saved", Assert.Single(asked), StringComparison.Ordinal);
        await page.GotoAsync("/manage/courses/new");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-bs-theme", "dark");
        await page.GetByRole(AriaRole.Button, new() { Name = "Portuguese" }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "pt-BR");
        Assert.Single(asked);
    }

    [Fact]
    public async Task Contents_are_ordered_by_dragging_and_stay_so()
    {
        await using var visit = await site.VisitAsync();
        var page = visit.Page;
        await FillAsync(page, "/manage/schools/new", ("#name", "Escola Azul"));
        await FillAsync(page, "/manage/courses/new", ("#name", "First aid"), ("#workload_hours", "8"));
        await AddLessonAsync(page, "One");
        await AddLessonAsync(page, "Two");
        await AddLessonAsync(page, "Three");
        var from = await BoxAsync(page.Locator(".lesson .grip").Nth(2));
        var to = await BoxAsync(page.Locator(".lesson").First);
        await page.Mouse.MoveAsync(from.X + (from.Width / 2), from.Y + (from.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(to.X + 40, to.Y + 4, new() { Steps = 12 });
        await page.RunAndWaitForResponseAsync(() => page.Mouse.UpAsync(), static r => r.Request.Method == "GET");
        await page.ReloadAsync();
        await Expect(page.Locator(".lesson-title")).ToContainTextAsync(["Three", "One", "Two"]);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task No_page_of_managing_has_a_barrier(bool isDark, bool isPhone)
    {
        await using var visit = await site.VisitAsync(isDark, isPhone);
        var page = visit.Page;
        await visit.Context.AddInitScriptAsync(scriptPath: Path.Combine(AppContext.BaseDirectory, "axe.min.js"));
        await FillAsync(page, "/manage/schools/new", ("#name", "Escola Azul"));
        await FillAsync(page, "/manage/courses/new", ("#name", "First aid"), ("#workload_hours", "8"));
        var course = new Uri(page.Url).AbsolutePath;
        await AddLessonAsync(page, "One");
        await AddQuizAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish course" }).ClickAsync();
        await RegisterAsync(page, "Ana Souza", "ana@escola.example", "529.982.247-25");
        var user = new Uri(page.Url).AbsolutePath;
        await FillAsync(page, "/manage/enrollments/new", ("#email", "ana@escola.example"));
        var enrollment = new Uri(page.Url).AbsolutePath;
        await FillAsync(page, "/manage/templates/new", ("#name", "Participation"));
        await FillAsync(page, "/manage/trails/new", ("#name", "House"));
        var trail = new Uri(page.Url).AbsolutePath;
        await FillAsync(page, "/manage/classes/new", ("#name", "March"));
        var group = new Uri(page.Url).AbsolutePath;
        await page.GotoAsync(course);
        var quiz = await page.Locator(".content-name a").First.GetAttributeAsync("href");
        var errors = new List<string>();
        foreach (var path in new[]
            {
                "/manage", "/manage/courses", "/manage/courses/new", course, $"{course}/settings", quiz!, "/manage/users", "/manage/users/new", user,
                $"{user}/edit", "/manage/enrollments", "/manage/enrollments/new", enrollment, "/manage/trails", trail, $"{trail}/edit",
                "/manage/classes", group, $"{group}/edit", "/manage/schools", "/manage/templates", "/manage/templates/new",
            })
        {
            await page.GotoAsync(path);
            errors.AddRange((await SiteTests.BarriersAsync(page)).Select(barrier => $"{path}: {barrier}"));
            var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
            if (overflow > 0)
                errors.Add($"{path} is {overflow} pixels too wide");
        }

        Assert.True(errors.Count == 0, string.Join('\n', errors));
    }

    private static async Task AddQuizAsync(IPage page)
    {
        await page.Locator(".lesson").First.GetByRole(AriaRole.Link, new() { Name = "Quiz" }).ClickAsync();
        await page.FillAsync("#title", "What now?");
        await page.GetByRole(AriaRole.Button, new() { Name = "One right option" }).ClickAsync();
        await page.FillAsync("#q0_text", "Whom do you call?");
        await page.GetByLabel("Option 1", new() { Exact = true }).FillAsync("192");
        await page.GetByLabel("Option 2", new() { Exact = true }).FillAsync("007");
        await page.GetByLabel("Option 1 is right").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Short answer" }).ClickAsync();
        await page.FillAsync("#q1_text", "And then?");
        await page.FillAsync("#q1_texts", "breathe\nrespirar");
        await Expect(page.GetByLabel("Option 1 is right")).ToBeCheckedAsync();
        await SubmitAsync(page);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "What now?", Exact = true })).ToBeVisibleAsync();
    }

    private static async Task AddLessonAsync(IPage page, string title)
    {
        await page.FillAsync("#title", title);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add lesson" }).ClickAsync();
        await Expect(page.Locator(".lesson-title").Filter(new() { HasText = title })).ToBeVisibleAsync();
    }

    private static async Task RegisterAsync(IPage page, string name, string email, string cpf)
    {
        await FillAsync(page, "/manage/users/new", ("#name", name), ("#email", email), ("#cpf", cpf));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = name })).ToBeVisibleAsync();
    }

    /// <summary>Fills a form in, chooses the only course there is to choose, and sends it.</summary>
    private static async Task FillAsync(IPage page, string path, params (string Field, string Value)[] values)
    {
        await page.GotoAsync(path);
        foreach (var (field, value) in values)
            await page.FillAsync(field, value);
        if (await page.Locator("select#course_id").CountAsync() == 1)
            await page.SelectOptionAsync("#course_id", new SelectOptionValue { Index = 1 });
        await SubmitAsync(page);
    }

    private static Task SubmitAsync(IPage page) => page.Locator("main .card-footer button.btn-primary").ClickAsync();

    private static async Task<LocatorBoundingBoxResult> BoxAsync(ILocator element) => (await element.BoundingBoxAsync())!;
}
