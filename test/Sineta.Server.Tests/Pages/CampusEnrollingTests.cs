using System.Net;
using Sineta.Server.Tests.Api;

namespace Sineta.Server.Tests.Pages;

/// <summary>The three buttons that enrol, and what a learner sees of an enrolment's state.</summary>
public sealed class CampusEnrollingTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Theory]
    [InlineData("/campus/catalog/{0}/start", "catalog_card")]
    [InlineData("/campus/courses/{0}/enrollment", "course_details")]
    [InlineData("/campus/courses/{0}/contents/{1}/enrollment", "content_item")]
    public async Task R1_Each_button_enrols_once_tells_its_way_and_leads_to_what_is_studied(string form, string source)
    {
        using var school = await CampusSchool.OpenAsync(server);
        var (course, contents) = await school.AddCourseAsync("Marcenaria", CampusSchool.Text());
        using var browser = school.Browser();
        var path = string.Format(null, form, course, contents[0]);
        var answer = await browser.PostAsync(path);
        Assert.Equal(CampusSchool.Path(course, contents[0]), answer.Headers["Location"]);
        Assert.Contains("You are enrolled.", (await browser.FollowAsync(answer)).Text, StringComparison.Ordinal);
        await browser.FollowAsync(await browser.PostAsync(path));
        Assert.Equal([$"course.enrollment by {source}"], await school.ToldAsync());
    }

    [Fact]
    public async Task The_buttons_are_on_the_pages_and_looking_enrols_nobody()
    {
        using var school = await CampusSchool.OpenAsync(server);
        var (course, contents) = await school.AddCourseAsync("Marcenaria", CampusSchool.Text());
        using var browser = school.Browser();
        Assert.Contains($"action=\"/campus/catalog/{course}/start\"", (await browser.GetAsync("/campus")).Text, StringComparison.Ordinal);
        var details = (await browser.GetAsync($"/campus/courses/{course}")).Text;
        Assert.Contains($"action=\"/campus/courses/{course}/enrollment\"", details, StringComparison.Ordinal);
        Assert.Contains($"action=\"/campus/courses/{course}/contents/{contents[0]}/enrollment\"", details, StringComparison.Ordinal);
        Assert.Contains("<strong>Prático</strong>", details, StringComparison.Ordinal);
        var content = await browser.GetAsync(CampusSchool.Path(course, contents[0]));
        Assert.Equal($"/campus/courses/{course}", content.Headers["Location"]);
        Assert.Contains("an enrollment that is active", (await browser.FollowAsync(content)).Text, StringComparison.Ordinal);
        Assert.Empty(await school.ToldAsync());
    }

    [Fact]
    public async Task Who_is_suspended_or_cancelled_reads_why_and_may_enroll_again_once_it_has_ended()
    {
        using var school = await CampusSchool.OpenAsync(server);
        var (course, contents) = await school.AddCourseAsync("Marcenaria", CampusSchool.Text());
        using var browser = school.Browser();
        await browser.PostAsync($"/campus/catalog/{course}/start");
        var enrollment = await school.EnrollmentAsync();

        (await school.Api.PatchAsync($"/v1/enrollments/{enrollment}", new { action = "suspend" })).Ok();
        Assert.Contains("suspended for now", (await browser.GetAsync($"/campus/courses/{course}")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.PostAsync($"{CampusSchool.Path(course, contents[0])}/completion")).Status);
        (await school.Api.PatchAsync($"/v1/enrollments/{enrollment}", new { action = "cancel" })).Ok();
        var cancelled = (await browser.GetAsync($"/campus/courses/{course}")).Text;
        Assert.Contains("was cancelled", cancelled, StringComparison.Ordinal);
        Assert.Contains("Enroll again", cancelled, StringComparison.Ordinal);
        await browser.FollowAsync(await browser.PostAsync($"/campus/courses/{course}/enrollment"));
        Assert.Equal(["course.enrollment by catalog_card", "course.enrollment by course_details"], await school.ToldAsync());
    }

    [Fact]
    public async Task A_class_is_shown_with_its_days_and_its_course_waits_for_the_first()
    {
        using var school = await CampusSchool.OpenAsync(server);
        var (course, _) = await school.AddCourseAsync("Marcenaria", CampusSchool.Text());
        var group = await school.MadeAsync("/v1/classes", new { course_id = course, name = "Turma da noite", starts_on = "2999-03-01" });
        (await school.Api.PostAsync($"/v1/classes/{group}/students", new { user_ids = new[] { school.LearnerId } })).Ok();
        using var browser = school.Browser("pt");
        var classes = (await browser.GetAsync("/campus/classes")).Text;
        Assert.Contains("Turma da noite", classes, StringComparison.Ordinal);
        Assert.Contains("a partir de 01/03/2999", classes, StringComparison.Ordinal);
        var details = (await browser.GetAsync($"/campus/courses/{course}")).Text;
        Assert.Contains("O curso começa para você em 01/03/2999", details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_catalog_is_searched_and_shows_no_draft_and_nothing_of_others()
    {
        using var school = await CampusSchool.OpenAsync(server);
        using var other = await CampusSchool.OpenAsync(server);
        await school.AddCourseAsync("Marcenaria", CampusSchool.Text());
        await school.AddCourseAsync("Libras", CampusSchool.Text());
        var (others, _) = await other.AddCourseAsync("Solda", CampusSchool.Text());
        using var browser = school.Browser();
        var found = (await browser.GetAsync("/campus?q=marc")).Text;
        Assert.Contains("Marcenaria", found, StringComparison.Ordinal);
        Assert.DoesNotContain("Libras", found, StringComparison.Ordinal);
        Assert.Contains("Nothing was found for “solda”", (await browser.GetAsync("/campus?q=solda")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"/campus/courses/{others}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.PostAsync($"/campus/catalog/{others}/start")).Status);
    }

    [Fact]
    public async Task A_page_takes_as_many_statements_for_many_courses_as_for_few()
    {
        using var school = await CampusSchool.OpenAsync(server);
        var (course, contents) = await school.AddCourseAsync("Marcenaria", CampusSchool.Text(), CampusSchool.Text(), CampusSchool.Text());
        using var counter = new StatementCounter();
        using var browser = school.Browser();
        browser.Trace(counter.TraceParent);
        await browser.PostAsync($"/campus/catalog/{course}/start");
        await browser.GetAsync(CampusSchool.Path(course, contents[0]));
        string[] pages = ["/campus", "/campus/courses", "/campus/trails", "/campus/classes", "/campus/certificates", "/campus/account",
            $"/campus/courses/{course}", CampusSchool.Path(course, contents[0])];
        var few = await CountAsync(pages, browser, counter);
        for (var i = 0; i < 5; i++)
        {
            var (more, _) = await school.AddCourseAsync($"Curso {i}", CampusSchool.Text(), CampusSchool.Text());
            await browser.PostAsync($"/campus/catalog/{more}/start");
        }

        Assert.Equal(few, await CountAsync(pages, browser, counter));
        Assert.All(few, page => Assert.InRange(page.Statements, 1, 7));
    }

    private static async Task<(string Path, int Statements)[]> CountAsync(string[] pages, PageClient browser, StatementCounter counter)
    {
        var counted = new List<(string, int)>();
        foreach (var page in pages)
        {
            counter.Take();
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(page)).Status);
            counted.Add((page, counter.Take()));
        }

        return [.. counted];
    }
}
