using System.Diagnostics;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Sineta.Browser.Tests;

/// <summary>Each trigger of the five events by its real button, told to a real receiver that verifies it.</summary>
public sealed class CampusTests(Site site)
{
    private const string Enrolled = "activities.course.enrollment";

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task No_page_of_the_campus_has_a_barrier_or_an_error(bool isDark, bool isPhone)
    {
        await using var learner = await Learner.RegisterAsync(site, isPhone: isPhone, isDark: isDark);
        var course = await learner.AddCourseAsync(await ContentsAsync(learner));
        var page = learner.Page;
        var errors = new List<string>();
        page.Console += (_, message) => errors.AddRange(message.Type == "error" ? [message.Text] : []);
        await page.Context.AddInitScriptAsync(scriptPath: Path.Combine(AppContext.BaseDirectory, "axe.min.js"));
        await page.GotoAsync($"/campus/courses/{course}");
        errors.AddRange(await SiteTests.BarriersAsync(page));
        await page.GetByRole(AriaRole.Button, new() { Name = "Enroll and start" }).ClickAsync();
        var contents = await page.Locator("#outline a.item").EvaluateAllAsync<string[]>("items => items.map(i => i.getAttribute('href'))");
        string[] paths = ["", "/courses", $"/courses/{course}", "/trails", "/classes", "/certificates", "/account"];
        foreach (var path in (string[])[.. paths.Select(p => $"/campus{p}"), .. contents, "/verify"])
        {
            await page.GotoAsync(path);
            errors.AddRange((await SiteTests.BarriersAsync(page)).Select(barrier => $"{path}: {barrier}"));
            var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
            errors.AddRange(overflow > 0 ? [$"{path} is {overflow} pixels too wide"] : []);
        }

        Assert.True(errors.Count == 0, string.Join('\n', errors));
    }

    [Theory]
    [InlineData("catalog_card", true, false)]
    [InlineData("catalog_card", false, true)]
    [InlineData("course_details", true, true)]
    [InlineData("course_details", false, false)]
    [InlineData("content_item", true, false)]
    [InlineData("content_item", false, true)]
    public async Task A_button_enrols(string source, bool hasScripts, bool isPhone)
    {
        await using var learner = await Learner.RegisterAsync(site, hasScripts, isPhone);
        var course = await learner.AddCourseAsync(Lessons.Text);
        var page = learner.Page;
        await page.GotoAsync(source == "catalog_card" ? "/campus" : $"/campus/courses/{course}");
        var name = source switch { "catalog_card" => "Start: Marcenaria básica", "course_details" => "Enroll and start", _ => "O pinho" };
        await page.GetByRole(AriaRole.Button, new() { Name = name }).ClickAsync();
        await Expect(page.GetByText("You are enrolled.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "O pinho" })).ToBeVisibleAsync();
        Assert.Equal([$"{Enrolled} by {source}"], await learner.ToldAsync(1));
    }

    [Fact]
    public async Task An_invitation_to_a_class_and_another_system_enrol_too_and_the_learner_sees_it()
    {
        await using var learner = await Learner.RegisterAsync(site);
        var course = await learner.AddCourseAsync(Lessons.Text);
        var group = await learner.MakeAsync("/v1/classes", new { course_id = course, name = "Turma", starts_on = "2020-01-01" });
        await learner.PostAsync($"/v1/classes/{group}/students", new { user_ids = new[] { learner.Id } });
        await learner.PostAsync("/v1/enrollments", new { user_id = learner.Id, course_id = await learner.AddCourseAsync(Lessons.Text) });
        Assert.Equal([$"{Enrolled} by class_invite", $"{Enrolled} by api"], await learner.ToldAsync(2));
        await learner.Page.GotoAsync("/campus/courses");
        await Expect(learner.Page.GetByRole(AriaRole.Link, new() { Name = "Continue: Marcenaria básica" })).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task From_Start_to_the_certificate_by_every_kinds_own_control()
    {
        await using var learner = await Learner.RegisterAsync(site);
        var course = await learner.AddCourseAsync(await ContentsAsync(learner));
        var trail = await learner.MakeAsync(
            "/v1/trails",
            new { name = "Primeiro emprego", status = "published", items = new[] { new { course_id = course, required = true } } });
        var page = learner.Page;
        await page.GotoAsync("/campus/trails");
        await page.GetByRole(AriaRole.Button, new() { Name = "Join the trail: Primeiro emprego" }).ClickAsync();
        await page.GotoAsync("/campus");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start: Marcenaria básica" }).ClickAsync();

        await page.Locator("[data-at-end]").ScrollIntoViewIfNeededAsync();
        await NextAsync(page, "O som");
        await PlayAsync(page, "audio");
        await NextAsync(page, "O sino");
        await PlayAsync(page, "video");
        await NextAsync(page, "Apostila");
        await page.GetByRole(AriaRole.Button, new() { Name = "Complete" }).ClickAsync();
        await NextAsync(page, "Encontro");
        await page.GetByRole(AriaRole.Button, new() { Name = "I attended" }).ClickAsync();
        await NextAsync(page, "Prova");
        await page.GetByLabel("Plaina").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit answers" }).ClickAsync();
        await Expect(page.GetByText("All right. Well done!")).ToBeVisibleAsync();
        await Expect(page.GetByText("You finished the trail!")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "View certificate" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Certificado de Conclusão" })).ToBeVisibleAsync();
        await page.ReloadAsync();
        var content = Enumerable.Repeat("activities.content.completed", 6);
        Assert.Equal(
            [
                $"{Enrolled} by catalog_card", .. content, "activities.course.completed", "activities.trail.completed",
                "activities.certificate.issued",
            ],
            await learner.ToldAsync(10));
        await ProveAsync(page);
    }

    [Fact]
    public async Task A_text_completes_itself_once_its_end_is_in_sight_and_there_was_time_to_read_it()
    {
        await using var learner = await Learner.RegisterAsync(site);
        var body = string.Join(' ', Enumerable.Repeat("pinho", 2_000)); // five minutes
        await learner.AddCourseAsync(new { kind = "text", title = "O pinho", body, published = true });
        var page = learner.Page;
        await page.Clock.InstallAsync();
        await page.GotoAsync("/campus");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start: Marcenaria básica" }).ClickAsync();
        await page.Locator("[data-at-end]").ScrollIntoViewIfNeededAsync();
        await page.Clock.RunForAsync(200_000);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Complete" })).ToBeVisibleAsync();
        Assert.Equal([$"{Enrolled} by catalog_card"], await learner.ToldAsync(1));
        await page.Clock.RunForAsync(100_000);
        await Expect(page.GetByText("You completed the course!")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_failed_quiz_shows_its_result_on_a_phone()
    {
        await using var learner = await Learner.RegisterAsync(site, isPhone: true);
        await learner.AddCourseAsync(Lessons.Quiz, Lessons.Text);
        var page = learner.Page;
        await page.GotoAsync("/campus");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start: Marcenaria básica" }).ClickAsync();
        await page.GetByLabel("Serrote").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit answers" }).ClickAsync();
        await Expect(page.Locator("#result")).ToBeFocusedAsync();
        await Expect(page.GetByText("Not yet.")).ToBeInViewportAsync();
    }

    /// <summary>The PDF says what the sheet says, the sheet prints on one page, and its code is confirmed.</summary>
    private static async Task ProveAsync(IPage page)
    {
        var code = await page.Locator("[data-pdf-code]").TextContentAsync();
        var download = await page.RunAndWaitForDownloadAsync(
            () => page.GetByRole(AriaRole.Button, new() { Name = "Download as PDF" }).ClickAsync());
        var text = await ReadAsync(await download.PathAsync());
        Assert.All(
            ["Certificado de Conclusão", "Ana Conceição", "***.982.247-**", "Marcenaria básica", "Escola de Ofícios", "10 h", code!],
            said => Assert.Contains(said, text, StringComparison.Ordinal));
        Assert.DoesNotContain("529.982.247-25", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\f', text.TrimEnd('\f'));
        var printed = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await page.PdfAsync(new() { Path = printed, PreferCSSPageSize = true, PrintBackground = true });
        Assert.DoesNotContain('\f', (await ReadAsync(printed)).TrimEnd('\f'));
        File.Delete(printed);
        await page.GetByRole(AriaRole.Link, new() { Name = "See its verification" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "This certificate is authentic" })).ToBeVisibleAsync();
    }

    private static async Task PlayAsync(IPage page, string element)
    {
        var complete = page.Locator("[data-of-medium] button");
        await Expect(complete).ToBeDisabledAsync();
        await page.Locator(element).EvaluateAsync("async medium => { medium.muted = true; medium.playbackRate = 8; await medium.play(); }");
        await Expect(complete).ToBeEnabledAsync();
        await complete.ClickAsync();
    }

    private static async Task NextAsync(IPage page, string title)
    {
        await page.Locator("a[rel=next]").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = title, Exact = true })).ToBeVisibleAsync();
    }

    private static async Task<object[]> ContentsAsync(Learner learner) =>
    [
        Lessons.Text,
        Medium("audio", "O som", await learner.UploadAsync("rhythm.ogg", "audio/ogg")),
        Medium("video", "O sino", await learner.UploadAsync("bell.webm", "video/webm")),
        new { kind = "pdf", title = "Apostila", file_id = await learner.UploadAsync("poster.pdf", "application/pdf"), published = true },
        new { kind = "live", title = "Encontro", url = "https://meet.example.com", starts_at = "2020-01-01T12:00:00Z", published = true },
        Lessons.Quiz,
    ];

    private static object Medium(string kind, string title, string file) =>
        new { kind, title, file_id = file, required_share = 80, published = true };

    private static async Task<string> ReadAsync(string pdf)
    {
        using var reader = Process.Start(new ProcessStartInfo("pdftotext", ["-layout", pdf, "-"]) { RedirectStandardOutput = true })!;
        var text = await reader.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await reader.WaitForExitAsync(TestContext.Current.CancellationToken);
        return text;
    }
}
