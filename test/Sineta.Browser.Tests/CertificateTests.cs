using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Sineta.Browser.Tests;

/// <summary>The sheet and its verification, as everybody gets to see them.</summary>
public sealed class CertificateTests(Site site)
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Its_sheet_and_its_verification_have_no_barrier(bool isDark, bool isPhone)
    {
        await using var learner = await Learner.RegisterAsync(site, hasScripts: true, isPhone, isDark);
        var page = learner.Page;
        await page.Context.AddInitScriptAsync(scriptPath: Path.Combine(AppContext.BaseDirectory, "axe.min.js"));
        await EarnAsync(learner);
        var errors = new List<string>();
        await LookAsync("the sheet");
        var code = await page.Locator("[data-pdf-code]").TextContentAsync();
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync($"/verify/{code}");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "This certificate is authentic" })).ToBeVisibleAsync();
        await LookAsync("its verification");
        await page.GotoAsync("/verify/0000-0000-0000-0000");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "There is no such certificate" })).ToBeVisibleAsync();
        await LookAsync("the verification of no certificate");
        Assert.True(errors.Count == 0, string.Join('\n', errors));

        async Task LookAsync(string what)
        {
            errors.AddRange((await SiteTests.BarriersAsync(page)).Select(barrier => $"{what}: {barrier}"));
            var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
            errors.AddRange(overflow > 0 ? [$"{what} is {overflow} pixels too wide"] : []);
        }
    }

    [Fact]
    public async Task Without_scripts_a_learner_signs_in_studies_and_gets_it()
    {
        await using var learner = await Learner.RegisterAsync(site, hasScripts: false);
        await learner.AddCourseAsync(Lessons.Text, Lessons.Quiz);
        var page = learner.Page;
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync("/campus");
        await page.FillAsync("#email", learner.Email);
        await page.FillAsync("#password", Learner.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start: Marcenaria básica" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Complete" }).ClickAsync();
        await page.Locator("a[rel=next]").ClickAsync();
        await page.GetByLabel("Serrote").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit answers" }).ClickAsync();
        await Expect(page.GetByText("Not yet.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Try again" }).ClickAsync();
        await page.GetByLabel("Plaina").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit answers" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "View certificate" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Certificado de Conclusão" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Download as PDF" })).ToBeHiddenAsync();
        Assert.Equal("activities.certificate.issued", (await learner.ToldAsync(5))[^1]);
    }

    /// <summary>Completes a course, and opens its certificate.</summary>
    private static async Task EarnAsync(Learner learner)
    {
        await learner.AddCourseAsync(Lessons.Quiz);
        var page = learner.Page;
        await page.GotoAsync("/campus");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start: Marcenaria básica" }).ClickAsync();
        await page.GetByLabel("Plaina").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit answers" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "View certificate" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Certificado de Conclusão" })).ToBeVisibleAsync();
    }
}
