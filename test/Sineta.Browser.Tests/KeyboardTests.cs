using Microsoft.Playwright;
using Sineta.Testing;
using static Microsoft.Playwright.Assertions;

namespace Sineta.Browser.Tests;

/// <summary>The main ways from end to end by Tab, Enter, Space and arrows, with a focus that is seen at each step.</summary>
public sealed class KeyboardTests(Site site)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_learner_signs_in_studies_and_sees_the_certificate()
    {
        await using var learner = await Learner.RegisterAsync(site);
        await learner.AddCourseAsync(Lessons.Text, Lessons.Quiz);
        var page = learner.Page;
        var keys = new Keyboard(page);
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync("/sign-in?returnUrl=/campus");
        await keys.TypeAsync("#email", learner.Email);
        await keys.TypeAsync("#password", Learner.Password);
        await keys.PressButtonAsync("Sign in");
        await SeesAsync(page, "Catalog");
        await keys.PressButtonAsync("Start: Marcenaria básica");
        await SeesAsync(page, "O pinho");
        await page.Keyboard.PressAsync("End");
        await keys.PressAsync(page.Locator("a[rel=next]"));
        await SeesAsync(page, "Prova");
        await keys.ReachAsync(page.GetByLabel("Serrote"));
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.GetByLabel("Plaina")).ToBeCheckedAsync();
        await keys.PressButtonAsync("Submit answers");
        await Expect(page.GetByText("All right. Well done!")).ToBeVisibleAsync();
        await keys.PressButtonAsync("View certificate");
        await SeesAsync(page, "Certificado de Conclusão");
        await keys.PressLinkAsync("See its verification");
        await SeesAsync(page, "This certificate is authentic");
    }

    [Fact]
    public async Task A_manager_builds_orders_and_publishes_a_course()
    {
        await using var visit = await site.VisitAsync();
        await site.PostAsync(visit.Key, "/v1/schools", new { name = "Escola Azul" });
        var page = visit.Page;
        var keys = new Keyboard(page);
        await page.GotoAsync("/manage/courses");
        await keys.PressAsync(page.GetByRole(AriaRole.Link, new() { Name = "New course" }));
        await SeesAsync(page, "New course");
        await keys.TypeAsync("#name", "First aid");
        await keys.TypeAsync("#workload_hours", "8");
        await keys.PressButtonAsync("Create course");
        await SeesAsync(page, "First aid");
        foreach (var title in (string[])["The first minutes", "Before anything else"])
        {
            await keys.TypeAsync("#title", title);
            await page.Keyboard.PressAsync("Enter");
            await SeesAsync(page, title);
        }

        await keys.PressButtonAsync("Move Before anything else up");
        await Expect(page.Locator(".lesson-title").First).ToContainTextAsync("Before anything else");
        await keys.PressAsync(page.Locator(".lesson").First.GetByRole(AriaRole.Link, new() { Name = "Text", Exact = true }));
        await keys.TypeAsync("#title", "Keep calm");
        await keys.TypeAsync("#body", "Breathe.");
        await keys.PressAsync(page.Locator("main .card-footer button.btn-primary"));
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Keep calm", Exact = true })).ToBeVisibleAsync();
        await keys.PressButtonAsync("Publish course");
        await Expect(page.GetByText("The course is in the catalog.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_integrator_connects_a_system_and_sends_a_delivery_again()
    {
        await using var receiver = await Receivers.StartAsync(Stop);
        await using var visit = await site.VisitAsync();
        var page = visit.Page;
        var keys = new Keyboard(page);
        await page.GotoAsync("/webhooks");
        await keys.PressAsync(page.GetByRole(AriaRole.Link, new() { Name = "New endpoint" }));
        await keys.TypeAsync("#url", receiver.Url.AbsoluteUri);
        await keys.PressAsync(page.GetByLabel("activities.course.completed"), "Space");
        await keys.PressButtonAsync("Create and verify");
        await Expect(page.GetByText("This is its signing secret")).ToBeVisibleAsync();
        await keys.ReachAsync(page.Locator("select[name=type]"));
        await page.Keyboard.PressAsync("ArrowDown");
        await keys.PressButtonAsync("Send");
        await Expect(page.GetByText("The sample is on its way.")).ToBeVisibleAsync();
        await Eventually.TrueAsync(() => receiver.Received.Count == 2, Stop);
        await page.ReloadAsync();
        await keys.PressAsync(page.Locator("#rows tbody th a"));
        await Expect(page.GetByText("webhook-signature")).ToBeVisibleAsync();
        await keys.PressButtonAsync("Resend");
        await Expect(page.GetByText("this is the new delivery")).ToBeVisibleAsync();
        await Eventually.TrueAsync(() => receiver.Received.Count == 3, Stop);
    }

    private static Task SeesAsync(IPage page, string heading) =>
        Expect(page.GetByRole(AriaRole.Heading, new() { Name = heading }).First).ToBeVisibleAsync();
}
