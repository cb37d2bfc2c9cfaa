using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Sineta.Browser.Tests;

/// <summary>A session that ends under somebody's hands.</summary>
public sealed class SessionTests(Site site)
{
    [Theory]
    [InlineData("/campus/certificates", "My certificates")]
    [InlineData("/campus?q=Marcenaria", "Catalog")]
    public async Task Whoever_signs_in_again_is_back_at_the_page_that_was_asked_for(string path, string heading)
    {
        await using var learner = await Learner.RegisterAsync(site);
        var page = learner.Page;
        await page.GotoAsync("/campus");
        await ExpireAsync(page);
        await page.GotoAsync(path);
        await Expect(page.GetByText("Your session has ended.")).ToBeVisibleAsync();
        await SignInAsync(learner);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = heading })).ToBeVisibleAsync();
        Assert.EndsWith(path, page.Url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_sent_a_form_is_back_at_the_page_that_it_was_on(bool hasScripts)
    {
        await using var learner = await Learner.RegisterAsync(site, hasScripts);
        var course = await learner.AddCourseAsync(Lessons.Text);
        var page = learner.Page;
        await page.GotoAsync($"/campus/courses/{course}");
        await ExpireAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Enroll and start" }).ClickAsync();
        await Expect(page.GetByText("Your session has ended.")).ToBeVisibleAsync();
        await SignInAsync(learner);
        await page.GetByRole(AriaRole.Button, new() { Name = "Enroll and start" }).ClickAsync();
        await Expect(page.GetByText("You are enrolled.")).ToBeVisibleAsync();
    }

    /// <summary>Its cookie is there, and no longer means anything.</summary>
    private static Task ExpireAsync(IPage page) => page.Context.AddCookiesAsync(
    [
        new() { Name = "sineta.session", Value = "over", Url = new Uri(page.Url).GetLeftPart(UriPartial.Authority) },
    ]);

    private static async Task SignInAsync(Learner learner)
    {
        await learner.Page.FillAsync("#email", learner.Email);
        await learner.Page.FillAsync("#password", Learner.Password);
        await learner.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
