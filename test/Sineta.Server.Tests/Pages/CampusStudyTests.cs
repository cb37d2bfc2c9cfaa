using System.Net;
using Sineta.Server.Pages.Campus;
using Sineta.Server.Tests.Api;

namespace Sineta.Server.Tests.Pages;

/// <summary>Each kind of content, studied by its own controls as they are without JavaScript.</summary>
public sealed class CampusStudyTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static readonly object Live = new
    {
        kind = "live",
        title = "Encontro",
        url = "https://meet.example.com/aula",
        starts_at = "2020-01-01T12:00:00Z",
        published = true,
    };

    [Fact]
    public async Task A_text_and_a_live_lesson_are_completed_by_their_buttons_and_lead_on()
    {
        using var school = await CampusSchool.OpenAsync(server);
        var (course, contents) = await school.AddCourseAsync("Marcenaria", CampusSchool.Text(), Live);
        using var browser = school.Browser();
        await browser.PostAsync($"/campus/catalog/{course}/start");
        var text = await CompleteAsync(browser, course, contents[0]);
        Assert.Contains("50%", text, StringComparison.Ordinal);
        Assert.Contains($"href=\"{CampusSchool.Path(course, contents[1])}\" rel=\"next\"", text, StringComparison.Ordinal);
        var live = await CompleteAsync(browser, course, contents[1]);
        Assert.Contains("You completed the course!", live, StringComparison.Ordinal);
        Assert.Contains("View certificate", live, StringComparison.Ordinal);
        await CompleteAsync(browser, course, contents[1]);
        Assert.Equal(
            ["course.enrollment by catalog_card", "content.completed", "content.completed", "course.completed"], await school.ToldAsync());
    }

    [Fact]
    public async Task Nobody_attended_a_live_lesson_that_has_not_begun()
    {
        using var school = await CampusSchool.OpenAsync(server);
        var (course, contents) = await school.AddCourseAsync(
            "Marcenaria",
            new { kind = "live", title = "Encontro", url = "https://meet.example.com", starts_at = "2999-01-01T12:00:00Z", published = true });
        using var browser = school.Browser();
        await browser.PostAsync($"/campus/catalog/{course}/start");
        Assert.Contains("from the moment it begins", await CompleteAsync(browser, course, contents[0]), StringComparison.Ordinal);
        Assert.Equal(["course.enrollment by catalog_card"], await school.ToldAsync());
    }

    [Fact]
    public async Task R6_Of_an_audio_counts_what_was_played_and_not_where_one_jumped_to()
    {
        using var school = await CampusSchool.OpenAsync(server);
        var file = await school.AddFileAsync("som.wav", "audio/wav", [.. "RIFF\0\0\0\0WAVEfmt "u8]);
        var (course, contents) = await school.AddCourseAsync(
            "Marcenaria", new { kind = "audio", title = "O som", file_id = file, required_share = 90, published = true });
        using var browser = school.Browser();
        await browser.PostAsync($"/campus/catalog/{course}/start");
        var path = CampusSchool.Path(course, contents[0]);
        Assert.Equal("1000", (await browser.PostAsync($"{path}/position", ("position", "9"), ("played", "0-1000"))).Text);
        var odd = await browser.PostAsync($"{path}/position", ("position", "9"), ("played", "500-2000 x 7-3 9-99999999999"));
        Assert.Equal("2000", odd.Text);
        Assert.Contains("data-position=\"9\" data-played=\"2000\"", (await browser.GetAsync(path)).Text, StringComparison.Ordinal);
        var jumped = await CompleteAsync(browser, course, contents[0], ("duration", "10000"), ("position", "10"), ("played", ""));
        Assert.Contains("Play at least 90%", jumped, StringComparison.Ordinal);
        await CompleteAsync(browser, course, contents[0], ("duration", "10000"), ("position", "10"), ("played", "1500-9050"));
        Assert.Equal(["course.enrollment by catalog_card", "content.completed", "course.completed"], await school.ToldAsync());
    }

    [Fact]
    public async Task A_quiz_tells_right_from_wrong_explains_and_lets_one_try_again_while_attempts_are_left()
    {
        using var school = await CampusSchool.OpenAsync(server);
        var (course, contents) = await school.AddCourseAsync("Marcenaria", Quiz());
        using var browser = school.Browser("pt");
        await browser.PostAsync($"/campus/catalog/{course}/start");
        var questions = (await school.Api.GetAsync($"/v1/contents/{contents[0]}")).Ok().GetProperty("questions").EnumerateArray()
            .Select(q => $"question-{q.GetProperty("id").GetInt64()}").ToArray();

        var wrong = await CompleteAsync(browser, course, contents[0], (questions[0], "0"), (questions[1], "SERRAGEM"));
        Assert.Contains("1 de 2 certas. Quase lá!", wrong, StringComparison.Ordinal);
        Assert.Contains("A <strong>plaina</strong> alisa.", wrong, StringComparison.Ordinal);
        Assert.Contains("Você ainda tem uma tentativa.", wrong, StringComparison.Ordinal);
        Assert.Contains("?again=1#quiz", wrong, StringComparison.Ordinal);
        var right = await CompleteAsync(browser, course, contents[0], (questions[0], "1"), (questions[1], "serragem"));
        Assert.Contains("Tudo certo. Muito bem!", right, StringComparison.Ordinal);
        Assert.Contains("40 de 40 pontos", right, StringComparison.Ordinal);
        var third = await CompleteAsync(browser, course, contents[0], (questions[0], "0"));
        Assert.Contains("Você usou todas as suas tentativas.", third, StringComparison.Ordinal);
        Assert.Contains("Tudo certo.", third, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quiz_leads_to_its_result_which_promises_neither_hints_nor_attempts_that_there_are_not()
    {
        using var school = await CampusSchool.OpenAsync(server);
        var (course, contents) = await school.AddCourseAsync("Marcenaria", Bare(maxAttempts: 2), Quiz());
        using var browser = school.Browser("pt");
        await browser.PostAsync($"/campus/catalog/{course}/start");
        var path = CampusSchool.Path(course, contents[0]);
        var answer = await browser.PostAsync($"{path}/completion", ($"question-{await QuestionAsync(school, contents[0])}", "0"));
        Assert.Equal($"{path}#result", answer.Headers["Location"]);
        var first = (await browser.FollowAsync(answer)).Text;
        Assert.Matches("id=\"result\"[^>]* tabindex=\"-1\"", first);
        Assert.Contains("Ainda não.", first, StringComparison.Ordinal);
        Assert.DoesNotContain("dicas abaixo", first, StringComparison.Ordinal);

        var last = await CompleteAsync(browser, course, contents[0], ($"question-{await QuestionAsync(school, contents[0])}", "0"));
        Assert.Contains("Nenhuma resposta certa.", last, StringComparison.Ordinal);
        Assert.Contains("Você usou todas as suas tentativas.", last, StringComparison.Ordinal);
        Assert.DoesNotContain("Ainda não.", last, StringComparison.Ordinal);

        var explained = await CompleteAsync(browser, course, contents[1], ($"question-{await QuestionAsync(school, contents[1])}", "0"));
        Assert.Contains("Ainda não. Veja as dicas abaixo.", explained, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000)]
    public async Task R18_A_quiz_that_was_reset_shows_its_form_and_takes_another_attempt(int maxAttempts)
    {
        using var school = await CampusSchool.OpenAsync(server);
        var (course, contents) = await school.AddCourseAsync("Marcenaria", Bare(maxAttempts));
        using var browser = school.Browser();
        await browser.PostAsync($"/campus/catalog/{course}/start");
        var answer = ($"question-{await QuestionAsync(school, contents[0])}", "1");
        Assert.Contains("All right", await CompleteAsync(browser, course, contents[0], answer), StringComparison.Ordinal);
        var completion = $"/v1/enrollments/{await school.EnrollmentAsync()}/completions/{contents[0]}";
        Assert.Equal(HttpStatusCode.NoContent, (await school.Api.DeleteAsync(completion)).Status);

        var reset = (await browser.GetAsync(CampusSchool.Path(course, contents[0]))).Text;
        Assert.Contains($"name=\"{answer.Item1}\"", reset, StringComparison.Ordinal);
        Assert.DoesNotContain("All right", reset, StringComparison.Ordinal);
        Assert.Contains("All right", await CompleteAsync(browser, course, contents[0], answer), StringComparison.Ordinal);
        Assert.Single(await school.ToldAsync(), told => told == "content.completed");
    }

    [Theory]
    [InlineData(2, 5)]
    [InlineData(1_000, 150)]
    public async Task A_text_takes_as_long_to_complete_itself_as_to_be_read(int words, int seconds)
    {
        using var school = await CampusSchool.OpenAsync(server);
        var body = string.Join(' ', Enumerable.Repeat("pinho", words));
        var (course, contents) = await school.AddCourseAsync("Marcenaria", CampusSchool.Text(body: body));
        using var browser = school.Browser();
        await browser.PostAsync($"/campus/catalog/{course}/start");
        var page = await browser.GetAsync(CampusSchool.Path(course, contents[0]));
        Assert.Contains($"data-at-end=\"{seconds}\"", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_place_the_answer_is_the_panel_and_the_outline_alone()
    {
        using var school = await CampusSchool.OpenAsync(server);
        var (course, contents) = await school.AddCourseAsync("Marcenaria", CampusSchool.Text());
        using var browser = school.Browser();
        await browser.PostAsync($"/campus/catalog/{course}/start");
        var answer = await browser.PostByHtmxAsync($"{CampusSchool.Path(course, contents[0])}/completion");
        Assert.DoesNotContain("<html", answer.Text, StringComparison.Ordinal);
        Assert.Contains("id=\"completion\"", answer.Text, StringComparison.Ordinal);
        Assert.Contains("hx-swap-oob=\"true\"", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trail_is_joined_and_says_so_when_it_is_finished()
    {
        using var school = await CampusSchool.OpenAsync(server);
        var (course, contents) = await school.AddCourseAsync("Marcenaria", CampusSchool.Text());
        var trail = await school.MadeAsync(
            "/v1/trails",
            new { name = "Primeiro emprego", status = "published", items = new[] { new { course_id = course, required = true } } });
        using var browser = school.Browser();
        var joined = await browser.FollowAsync(await browser.PostAsync($"/campus/trails/{trail}/participants"));
        Assert.Contains("0 of 1 required steps done", joined.Text, StringComparison.Ordinal);
        await browser.PostAsync($"/campus/catalog/{course}/start");
        var done = await CompleteAsync(browser, course, contents[0]);
        Assert.Contains("You finished the trail!", done, StringComparison.Ordinal);
        Assert.Contains("Primeiro emprego", done, StringComparison.Ordinal);
        Assert.Contains("You finished the trail!", (await browser.GetAsync($"/campus/trails/{trail}")).Text, StringComparison.Ordinal);
        Assert.Equal("trail.completed", (await school.ToldAsync())[^1]);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>", "&lt;script&gt;")]
    [InlineData("[a](javascript:alert(1))", "<p>a</p>")]
    [InlineData("![a](https://other.example/x.png)", "<a href=\"https://other.example/x.png\">a</a>")]
    [InlineData("![a](//other.example/x.png)", "<p>a</p>")]
    [InlineData("<javascript:alert(1)>", "<p>javascript:alert(1)</p>")]
    [InlineData("|a|\n|-:|\n|1|", "<td>1</td>")]
    [InlineData("# Título", "<h2>Título</h2>")]
    public void What_authors_write_runs_nothing_and_loads_nothing_from_elsewhere(string written, string shown) =>
        Assert.Contains(shown, Markdown.Show(written).Value, StringComparison.Ordinal);

    private static async Task<long> QuestionAsync(CampusSchool school, long content) =>
        (await school.Api.GetAsync($"/v1/contents/{content}")).Ok().GetProperty("questions")[0].GetProperty("id").GetInt64();

    /// <summary>A quiz that explains nothing.</summary>
    private static object Bare(int maxAttempts) => new
    {
        kind = "quiz",
        title = "Prova seca",
        max_attempts = maxAttempts,
        published = true,
        questions = new[]
        {
            new
            {
                kind = "single",
                text = "O que corta?",
                options = new[] { "Plaina", "Serrote" },
                right_options = new[] { 1 },
                points = 10,
            },
        },
    };

    private static object Quiz() => new
    {
        kind = "quiz",
        title = "Prova",
        max_attempts = 2,
        published = true,
        questions = new object[]
        {
            new
            {
                kind = "single",
                text = "O que alisa?",
                options = new[] { "Serrote", "Plaina" },
                right_options = new[] { 1 },
                points = 30,
                explanation = "A **plaina** alisa.",
            },
            new { kind = "short_text", text = "O pó da serra?", right_texts = new[] { "serragem" }, points = 10 },
        },
    };

    private static async Task<string> CompleteAsync(PageClient browser, long course, long content, params (string, string)[] fields) =>
        (await browser.FollowAsync(await browser.PostAsync($"{CampusSchool.Path(course, content)}/completion", fields))).Text;
}
