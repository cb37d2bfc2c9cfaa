using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Sineta.Events;
using Sineta.Server.Pages;
using Sineta.Server.Tests.Api;

namespace Sineta.Server.Tests.Pages;

/// <summary>Everything that runs an institution, done by a manager without JavaScript.</summary>
public sealed partial class ManagePageTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const int MostStatements = 6;

    [Fact]
    public async Task A_course_is_built_published_and_taken_by_a_class()
    {
        using var client = await NewManagerAsync();
        var course = await NewCourseAsync(client);
        var lesson = await NewLessonAsync(client, course, "The first minutes");
        await AddTextAsync(client, lesson, "Keep calm");
        var quiz = await client.PostAsync(
            $"{lesson}/contents", ("kind", "quiz"), ("title", "What now?"), ("published", "1"), ("required", "1"), ("questions", "1"),
            ("q0_kind", "single"), ("q0_text", "Whom do you call?"), ("q0_points", "2"), ("q0_options", "3"), ("q0_o0", "192"),
            ("q0_o1", "007"),
            ("q0_o2", ""), ("q0_right", "0"));
        Assert.Contains("What now?", (await client.FollowAsync(quiz)).Text, StringComparison.Ordinal);
        var published = await client.FollowAsync(await client.PostAsync($"{course}/status", ("status", "published")));
        Assert.Contains("The course is in the catalog.", published.Text, StringComparison.Ordinal);

        await RegisterAsync(client, "Ana Souza", "ana@escola.example", "529.982.247-25");
        await RegisterAsync(client, "Beto Lima", "beto@escola.example", "111.444.777-35");
        var opened = await client.PostAsync(
            "/manage/classes", ("name", "March"), ("course_id", IdOf(course)), ("starts_on", "2026-01-01"), ("ends_on", ""));
        var invited = await client.PostAsync($"{opened.Headers["Location"]}/invite", ("emails", "ana@escola.example\nBETO@escola.example"));
        var page = await client.FollowAsync(invited);
        Assert.Contains("Invited: 2; newly enrolled: 2.", page.Text, StringComparison.Ordinal);
        Assert.Contains("Beto Lima", page.Text, StringComparison.Ordinal);
        Assert.Equal(2, await server.CountAsync(
            "select count(*) from events where slug = $1 and institution_id = $2", EventTypes.CourseEnrollment.Slug, _institution));
    }

    [Fact]
    public async Task Whoever_nobody_knows_is_named_beside_the_list_and_nobody_is_invited()
    {
        using var client = await NewManagerAsync("pt-BR");
        var course = await server.AddCourseAsync(_institution);
        var opened = await client.PostAsync("/manage/classes", ("name", "Março"), ("course_id", $"{course}"), ("starts_on", "2026-01-01"));
        await RegisterAsync(client, "Ana Souza", "ana@escola.example", "529.982.247-25");
        var answer = await client.PostAsync($"{opened.Headers["Location"]}/invite", ("emails", "ana@escola.example\nzé@escola.example\nx"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains("Ninguém aqui tem o endereço zé@escola.example.", answer.Text, StringComparison.Ordinal);
        Assert.Contains("Ninguém aqui tem o endereço x.", answer.Text, StringComparison.Ordinal);
        Assert.Contains("ana@escola.example\nzé@escola.example", answer.Text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal(0, await server.CountAsync("select count(*) from class_students where institution_id = $1", _institution));
    }

    [Fact]
    public async Task A_file_that_is_refused_is_its_only_fault()
    {
        using var client = await NewManagerAsync("pt-BR");
        var lesson = await NewLessonAsync(client, await NewCourseAsync(client), "Um");
        var answer = await client.UploadAsync($"{lesson}/contents", "isto não é um PDF", ("kind", "pdf"), ("title", "Apostila"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.NotEqual("", FaultsOf(answer, "file_id"));
        Assert.Equal("", FaultsOf(answer, "url"));
    }

    [Theory]
    [InlineData("add:short_text", "q1_text")]
    [InlineData("option:0", "q0_o2")]
    [InlineData("drop:0:1", "q0_o1")]
    public async Task Whoever_adds_or_takes_away_in_a_quiz_goes_on_there(string asked, string field)
    {
        using var client = await NewManagerAsync();
        var lesson = await NewLessonAsync(client, await NewCourseAsync(client), "One");
        var page = await client.PostAsync(
            $"{lesson}/contents", ("kind", "quiz"), ("title", "Quiz"), ("questions", "1"), ("q0_kind", "multiple"), ("q0_text", "Which?"),
            ("q0_points", "1"), ("q0_options", "2"), ("q0_o0", "A"), ("q0_o1", "B"), ("do", asked));
        Assert.Matches($"<[^>]*name=\"{field}\"[^>]* autofocus", page.Text);
        Assert.Single(Regex.Matches(page.Text, " autofocus"));
    }

    [Fact]
    public async Task The_largest_quiz_that_there_can_be_is_saved()
    {
        using var client = await NewManagerAsync();
        var lesson = await NewLessonAsync(client, await NewCourseAsync(client), "One");
        List<(string, string)> quiz = [("kind", "quiz"), ("title", "Quiz"), ("questions", "100")];
        for (var i = 0; i < 100; i++)
        {
            quiz.AddRange(
                [($"q{i}_kind", "multiple"), ($"q{i}_text", "Which?"), ($"q{i}_points", "1"), ($"q{i}_explanation", ""), ($"q{i}_options", "20")]);
            for (var option = 0; option < 20; option++)
                quiz.AddRange([($"q{i}_o{option}", $"Option {option}"), ($"q{i}_right", option.ToString(CultureInfo.InvariantCulture))]);
        }

        var saved = await client.PostAsync($"{lesson}/contents", [.. quiz]);

        Assert.Equal(HttpStatusCode.Redirect, saved.Status);
        Assert.Equal(100, await server.CountAsync("select count(*) from questions where institution_id = $1", _institution));
    }

    [Fact]
    public async Task Questions_and_options_come_and_go_by_buttons_that_save_nothing()
    {
        using var client = await NewManagerAsync();
        var lesson = await NewLessonAsync(client, await NewCourseAsync(client), "One");
        (string, string)[] quiz = [("kind", "quiz"), ("title", "Quiz"), ("questions", "1"), ("q0_kind", "multiple"), ("q0_text", "Which?"),
            ("q0_points", "1.5"), ("q0_options", "2"), ("q0_o0", "A"), ("q0_o1", "B"), ("q0_right", "1")];
        var added = await client.PostAsync($"{lesson}/contents", [.. quiz, ("do", "add:short_text")]);
        Assert.Equal(HttpStatusCode.OK, added.Status);
        Assert.Contains("name=\"q1_texts\"", added.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"B\"", added.Text, StringComparison.Ordinal);
        var dropped = await client.PostAsync($"{lesson}/contents", [.. quiz, ("do", "option:0")]);
        Assert.Contains("name=\"q0_o2\"", dropped.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"q0_id\"", (await client.PostAsync($"{lesson}/contents", [.. quiz, ("do", "remove:0")])).Text, StringComparison.Ordinal);
        Assert.Equal(0, await server.CountAsync("select count(*) from contents where institution_id = $1", _institution));
    }

    [Fact]
    public async Task A_quiz_that_cannot_be_says_what_is_wrong_at_each_question()
    {
        using var client = await NewManagerAsync();
        var lesson = await NewLessonAsync(client, await NewCourseAsync(client), "One");
        var answer = await client.PostAsync(
            $"{lesson}/contents", ("kind", "quiz"), ("title", ""), ("questions", "2"), ("q0_kind", "single"), ("q0_text", "Which?"),
            ("q0_points", "much"),
            ("q0_options", "2"), ("q0_o0", "A"), ("q0_o1", "A"), ("q1_kind", "short_text"), ("q1_text", ""), ("q1_points", "1"),
            ("q1_texts", ""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        foreach (var field in new[] { "title", "q0_points", "q0_o1", "q0_choice", "q1_text", "q1_texts" })
            Assert.True(FaultsOf(answer, field).Length > 0, field);
    }

    [Fact]
    public async Task R9_Removing_what_others_still_had_to_do_asks_first_how_many_it_completes()
    {
        using var client = await NewManagerAsync();
        var course = await NewCourseAsync(client);
        var lesson = await NewLessonAsync(client, course, "One");
        var first = await AddTextAsync(client, lesson, "First");
        var second = await AddTextAsync(client, lesson, "Second");
        await client.PostAsync($"{course}/status", ("status", "published"));
        await RegisterAsync(client, "Ana Souza", "ana@escola.example", "529.982.247-25");
        var enrolled = await client.PostAsync("/manage/enrollments", ("email", "ana@escola.example"), ("course_id", IdOf(course)));
        await server.CountAsync(
            """
            with done as (
                insert into content_completions (institution_id, enrollment_id, content_id, user_id, started_at, completed_at)
                select $1, e.id, $2, e.user_id, now(), now() from enrollments e where e.institution_id = $1 returning 1)
            select count(*) from done
            """, _institution, long.Parse(IdOf(first), null));
        var asked = await client.PostAsync($"{second}/remove");
        Assert.Contains("Learners for whom this completes the course: 1.", asked.Text, StringComparison.Ordinal);
        Assert.Contains("Second", (await client.GetAsync(course)).Text, StringComparison.Ordinal);
        await client.PostAsync($"{second}/remove", ("confirmed", "1"));
        Assert.DoesNotContain("Second", (await client.GetAsync(course)).Text, StringComparison.Ordinal);
        Assert.Contains("100", (await client.GetAsync(enrolled.Headers["Location"])).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_enrolment_is_suspended_resumed_renewed_cancelled_and_made_anew()
    {
        using var client = await NewManagerAsync();
        var course = await server.AddCourseAsync(_institution);
        await RegisterAsync(client, "Ana Souza", "ana@escola.example", "529.982.247-25");
        var enrollment = (
            await client.PostAsync("/manage/enrollments", ("email", "ana@escola.example"), ("course_id", $"{course}"))).Headers["Location"];
        Assert.Contains(
            "Suspended", (await client.FollowAsync(await client.PostAsync($"{enrollment}/suspend"))).Text, StringComparison.Ordinal);
        Assert.Contains(
            "Active", (await client.FollowAsync(await client.PostAsync($"{enrollment}/resume"))).Text, StringComparison.Ordinal);
        var late = await client.PostAsync($"{enrollment}/renew", ("date_expire", "2001-01-01"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.Status);
        Assert.Contains("or later.", late.Text, StringComparison.Ordinal);
        var renewed = await client.FollowAsync(await client.PostAsync($"{enrollment}/renew", ("date_expire", "2090-12-31")));
        Assert.Contains("2090-12-31", renewed.Text, StringComparison.Ordinal);
        Assert.Contains(
            "Cancelled", (await client.FollowAsync(await client.PostAsync($"{enrollment}/cancel"))).Text, StringComparison.Ordinal);
        var again = await client.PostAsync($"{enrollment}/again");
        Assert.NotEqual(enrollment, again.Headers["Location"]);
    }

    [Fact]
    public async Task A_trail_is_found_together_saved_and_published()
    {
        using var client = await NewManagerAsync();
        var course = await server.AddCourseAsync(_institution, "Carpentry");
        var found = await client.PostAsync("/manage/trails", ("name", "House"), ("items", "0"), ("find", "carp"), ("do", "find"));
        Assert.Contains($"value=\"add:course:{course}:Carpentry\"", found.Text, StringComparison.Ordinal);
        var added = await client.PostAsync("/manage/trails", ("name", "House"), ("items", "0"), ("do", $"add:course:{course}:Carpentry"));
        Assert.Contains($"name=\"i0\" value=\"course:{course}\"", added.Text, StringComparison.Ordinal);
        var trail = (await client.PostAsync(
            "/manage/trails", ("name", "House"), ("items", "1"), ("i0", $"course:{course}"), ("i0_required", "1"))).Headers["Location"];
        var published = await client.FollowAsync(await client.PostAsync($"{trail}/status", ("status", "published")));
        Assert.Contains("Learners can join the trail.", published.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enter_saves_a_trail_only_where_nothing_is_searched_for()
    {
        using var client = await NewManagerAsync();
        var course = await server.AddCourseAsync(_institution, "Carpentry");
        (string, string)[] trail = [("name", "House"), ("items", "1"), ("i0", $"course:{course}"), ("i0_required", "1"), ("do", "enter")];
        var found = await client.PostAsync("/manage/trails", [.. trail, ("find", "carp")]);
        Assert.Equal(HttpStatusCode.OK, found.Status);
        Assert.Contains($"value=\"add:course:{course}:Carpentry\"", found.Text, StringComparison.Ordinal);
        Assert.Equal(0, await server.CountAsync("select count(*) from trails where institution_id = $1", _institution));
        Assert.Equal(HttpStatusCode.Redirect, (await client.PostAsync("/manage/trails", [.. trail, ("find", "")])).Status);
        var edit = await client.GetAsync("/manage/trails/new");
        Assert.Matches("<button [^>]*name=\"do\" value=\"enter\"[^>]*>.*<button ", edit.Text.ReplaceLineEndings(" "));
    }

    [Theory]
    [InlineData("agua")]
    [InlineData("  Clima ÁGUA")]
    [InlineData("ÁGUA e 100%_")]
    public async Task Courses_and_contents_are_found_by_words_whatever_their_accents_and_order(string search)
    {
        using var client = await NewManagerAsync();
        var course = await server.AddCourseAsync(_institution, "Água e clima: 100%_ à vista");
        await server.CountAsync(
            "with made as (update contents set title = 'Água e clima: 100%_' where institution_id = $1 returning 1) select count(*) from made",
            _institution);
        await server.AddCourseAsync(_institution, "1000 x");
        var query = Uri.EscapeDataString(search);
        foreach (var page in new[] { $"/campus?q={query}", $"/manage/courses?search={query}" })
        {
            var found = await client.GetAsync(page);
            Assert.Contains("Água e clima", found.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("1000 x", found.Text, StringComparison.Ordinal);
        }

        var items = await client.PostAsync("/manage/trails", ("name", "Rios"), ("items", "0"), ("find", search), ("do", "find"));
        Assert.Contains($"value=\"add:course:{course}:", items.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"add:content:", items.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_of_another_institution_is_not_there()
    {
        using var client = await NewManagerAsync();
        var course = await NewCourseAsync(client);
        var lesson = await NewLessonAsync(client, course, "One");
        var content = await AddTextAsync(client, lesson, "First");
        var user = await RegisterAsync(client, "Ana Souza", "ana@escola.example", "529.982.247-25");
        using var other = await NewManagerAsync();
        foreach (var path in new[] { course, $"{course}/settings", lesson, $"{lesson}/contents/new?kind=quiz", content, user, $"{user}/edit" })
            Assert.Equal((path, HttpStatusCode.NotFound), (path, (await other.GetAsync(path)).Status));
        foreach (var path in new[]
            {
                $"{course}/settings", $"{course}/status", $"{course}/delete", $"{course}/lessons", lesson, $"{lesson}/move", $"{lesson}/remove",
                $"{lesson}/contents", content, $"{content}/move", $"{content}/published", $"{content}/remove", $"{user}/edit",
                $"{user}/password-link", $"{user}/remove",
            })
            Assert.Equal(
                (path, HttpStatusCode.NotFound), (path, (await other.PostAsync(path, ("title", "x"), ("status", "published"))).Status));
    }

    [Fact]
    public async Task No_page_asks_more_of_the_database_where_there_is_more_to_show()
    {
        using var client = await NewManagerAsync();
        var course = await server.AddCourseAsync(_institution, "Carpentry");
        var user = await server.AddUserAsync(_institution);
        for (var i = 0; i < 12; i++)
            await server.AddCompletionAsync(_institution, user, await server.AddCourseAsync(_institution, $"Course {i}"));
        var enrollment = await server.CountAsync("select max(id) from enrollments where institution_id = $1", _institution);
        using var counter = new StatementCounter();
        client.Trace(counter.TraceParent);
        foreach (var path in new[]
            {
                "/manage", "/manage/courses", $"/manage/courses/{course}", $"/manage/courses/{course}/settings", "/manage/users",
                $"/manage/users/{user}", "/manage/enrollments", $"/manage/enrollments/{enrollment}", "/manage/trails", "/manage/classes",
                "/manage/schools", "/manage/templates",
            })
        {
            var answer = await client.GetAsync(path);
            Assert.True(answer.Status == HttpStatusCode.OK, $"{path} answered {answer.Status}");
            var statements = counter.Take();
            Assert.True(statements <= MostStatements, $"{path} takes {statements} statements.");
        }
    }

    private long _institution;

    private async Task<PageClient> NewManagerAsync(string language = "en")
    {
        using var key = await server.NewInstitutionAsync();
        _institution = await server.CountAsync(
            "select max(institution_id) from api_keys where hint = $1", Sineta.Delivery.Institutions.BearerToken.HintOf(key.Key!));
        return new PageClient(server.Address, language).As(server, Roles.Manager, _institution, userId: long.MaxValue);
    }

    private static async Task<string> NewCourseAsync(PageClient client)
    {
        await client.PostAsync("/manage/schools", ("name", "Escola Azul"));
        var school = SchoolOption().Match((await client.GetAsync("/manage/courses/new")).Text).Groups["id"].Value;
        var made = await client.PostAsync(
            "/manage/courses", ("name", "First aid"), ("school_id", school), ("workload_hours", "8"),
            ("description", "What to do at once."));
        return made.Headers["Location"];
    }

    private static async Task<string> NewLessonAsync(PageClient client, string course, string title)
    {
        var made = await client.PostAsync($"{course}/lessons", ("title", title));
        return $"/manage/lessons/{made.Headers["Location"].Split("#lesson-")[1]}";
    }

    private static async Task<string> AddTextAsync(PageClient client, string lesson, string title)
    {
        var made = await client.PostAsync(
            $"{lesson}/contents", ("kind", "text"), ("title", title), ("body", "Breathe."), ("published", "1"), ("required", "1"));
        return $"/manage/contents/{made.Headers["Location"].Split("#content-")[1]}";
    }

    private static async Task<string> RegisterAsync(PageClient client, string name, string email, string cpf) =>
        (await client.PostAsync("/manage/users", ("name", name), ("email", email), ("cpf", cpf), ("role", "learner"))).Headers["Location"];

    private static string IdOf(string path) => path.Split('/')[^1];

    private static string FaultsOf(Answer answer, string field) =>
        Regex.Match(answer.Text, $"id=\"{field}-faults\"[^>]*>(?<faults>.*?)</div>\\s*</div>", RegexOptions.Singleline).Groups["faults"].Value;

    [GeneratedRegex("<option value=\"(?<id>\\d+)\"[^>]*>Escola Azul")]
    private static partial Regex SchoolOption();
}
