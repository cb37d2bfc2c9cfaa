using System.Net;
using System.Text.Json;

namespace Sineta.Server.Tests.Api;

public sealed class CatalogTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static readonly object Question =
        new { kind = "single", text = "Qual é dura?", options = new[] { "pinus", "ipê" }, right_options = new[] { 1 } };

    [Fact]
    public async Task A_course_is_written_published_and_shown_in_its_order()
    {
        using var client = await server.NewInstitutionAsync();
        var course = await NewCourseAsync(client);
        var lesson = await MakeAsync(client, $"/v1/courses/{course}/lessons", new { title = "Aula" });
        (await client.PatchAsync($"/v1/courses/{course}", new { status = "published" })).Is(HttpStatusCode.Conflict, "conflict");

        await MakeAsync(client, $"/v1/lessons/{lesson}/contents", new { kind = "text", title = "Leitura", body = "# Madeira", published = true });
        var quiz = await MakeAsync(client, $"/v1/lessons/{lesson}/contents",
            new { kind = "quiz", title = "Prova", position = 1, published = true, max_attempts = 3, questions = new[] { Question } });
        var published = (await client.PatchAsync($"/v1/courses/{course}", new { status = "published" })).Ok();
        Assert.Equal("published", published.GetProperty("status").GetString());
        (await client.DeleteAsync($"/v1/courses/{course}")).Is(HttpStatusCode.Conflict, "conflict");

        var contents = (await client.GetAsync($"/v1/courses/{course}")).Ok().GetProperty("lessons")[0].GetProperty("contents");
        Assert.Equal(["Prova", "Leitura"], contents.EnumerateArray().Select(c => c.GetProperty("title").GetString()));
        var shown = (await client.GetAsync($"/v1/contents/{quiz}")).Ok();
        Assert.Equal([1], shown.GetProperty("questions")[0].GetProperty("right_options").EnumerateArray().Select(o => o.GetInt32()));
        var page = (await client.GetAsync("/v1/courses?status=published&search=MARCE")).Ok();
        var listed = Assert.Single(page.GetProperty("data").EnumerateArray());
        Assert.Equal((1, 2), (listed.GetProperty("lessons").GetInt32(), listed.GetProperty("contents").GetInt32()));
        Assert.Empty((await client.GetAsync("/v1/courses?status=draft")).Ok().GetProperty("data").EnumerateArray());
        Assert.Empty((await client.GetAsync("/v1/courses?school_id=0")).Ok().GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task Keys_that_only_read_see_a_quiz_without_its_right_answers()
    {
        using var client = await server.NewInstitutionAsync();
        var lesson = await MakeAsync(client, $"/v1/courses/{await NewCourseAsync(client)}/lessons", new { title = "Aula" });
        var written = new { kind = "short_text", text = "Qual é mole?", right_texts = new[] { "balsa" }, explanation = "É a balsa." };
        var quiz = await MakeAsync(
            client, $"/v1/lessons/{lesson}/contents", new { kind = "quiz", title = "Prova", questions = new[] { Question, written } });
        var made = (await client.PostAsync("/v1/api-keys", new { name = "leitor", scopes = new[] { "read" } })).Ok(HttpStatusCode.Created);
        using var reader = server.Client(made.GetProperty("key").GetString());

        var shown = await reader.GetAsync($"/v1/contents/{quiz}");

        foreach (var question in shown.Ok().GetProperty("questions").EnumerateArray())
        {
            Assert.Equal(JsonValueKind.Null, question.GetProperty("right_options").ValueKind);
            Assert.Equal(JsonValueKind.Null, question.GetProperty("right_texts").ValueKind);
        }

        Assert.DoesNotContain("balsa", shown.Text, StringComparison.Ordinal);
        Assert.Contains("balsa", (await client.GetAsync($"/v1/contents/{quiz}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_fault_is_named_at_once_into_the_last_option_of_a_question()
    {
        using var client = await server.NewInstitutionAsync();
        var lesson = await NewLessonAsync(client);
        var misread = (await client.PostTextAsync($"/v1/lessons/{lesson}/contents",
            """
            {"kind":1,"starts_at":"2026-03-10 12:00:00","questions":[{"points":"1","options":["a",2]},null,{"right":[0],"right_options":[0.5]}],"x":0}
            """)).Is(HttpStatusCode.UnprocessableEntity, "invalid-body");
        Assert.Equal(
            [
                "/kind", "/starts_at", "/questions/0/points", "/questions/0/options/1", "/questions/1", "/questions/2/right",
                "/questions/2/right_options/0", "/x", "/title",
            ], misread.Pointers);

        var refused = (await client.PostAsync($"/v1/lessons/{lesson}/contents", new
        {
            kind = "quiz",
            title = "",
            url = "javascript:alert(1)",
            max_attempts = 0,
            questions = new object[]
            {
                Question, new { kind = "multiple", text = " ", options = new[] { "a", "a" }, right_options = new[] { 2 }, points = 0.001 },
            },
        })).Is(HttpStatusCode.UnprocessableEntity, "invalid-body");
        Assert.Equal(
            [
                "/max_attempts", "/questions/1/options/1", "/questions/1/points", "/questions/1/right_options", "/questions/1/text", "/title",
                "/url", "/url",
            ], refused.Pointers.Order(StringComparer.Ordinal));
        Assert.Empty(await ContentsAsync(client, lesson));
    }

    [Fact]
    public async Task A_change_leaves_alone_what_it_does_not_give()
    {
        using var client = await server.NewInstitutionAsync();
        var lesson = await NewLessonAsync(client);
        var id = await MakeAsync(client, $"/v1/lessons/{lesson}/contents",
            new { kind = "quiz", title = "Prova", explanation = "Porque sim.", published = true, questions = new[] { Question, Question } });
        var before = (await client.GetAsync($"/v1/contents/{id}")).Ok();

        var after = (await client.PatchAsync($"/v1/contents/{id}", new { title = "Exame" })).Ok();
        Assert.Equal(before.GetRawText().Replace("Prova", "Exame", StringComparison.Ordinal), after.GetRawText());

        var kept = before.GetProperty("questions")[1];
        var fewer = (await client.PatchAsync($"/v1/contents/{id}", new { questions = new[] { kept }, explanation = (string?)null })).Ok();
        Assert.Equal(kept.GetRawText(), Assert.Single(fewer.GetProperty("questions").EnumerateArray()).GetRawText());
        Assert.Equal(JsonValueKind.Null, fewer.GetProperty("explanation").ValueKind);
        Assert.Equal(["/questions"], (await client.PatchAsync($"/v1/contents/{id}", new { questions = Array.Empty<object>() })).Pointers);
    }

    [Fact]
    public async Task Lessons_and_contents_are_moved_and_removed()
    {
        using var client = await server.NewInstitutionAsync();
        var course = await NewCourseAsync(client);
        var first = await MakeAsync(client, $"/v1/courses/{course}/lessons", new { title = "um" });
        var second = await MakeAsync(client, $"/v1/courses/{course}/lessons", new { title = "dois" });
        Assert.Equal(1, (await client.PatchAsync($"/v1/lessons/{second}", new { position = 1 })).Ok().GetProperty("position").GetInt32());
        Assert.Equal(2, (await client.GetAsync($"/v1/lessons/{first}")).Ok().GetProperty("position").GetInt32());

        var content = await MakeAsync(client, $"/v1/lessons/{second}/contents", new { kind = "text", title = "Leitura", body = "a" });
        (await client.DeleteAsync($"/v1/contents/{content}?confirm_completions=-1")).Is(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/v1/contents/{content}")).Status);
        (await client.GetAsync($"/v1/contents/{content}")).Is(HttpStatusCode.NotFound, "not-found");
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/v1/lessons/{second}")).Status);
        (await client.DeleteAsync($"/v1/lessons/{second}")).Is(HttpStatusCode.NotFound, "not-found");
        (await client.PostAsync($"/v1/lessons/{second}/contents", new { })).Is(HttpStatusCode.NotFound, "not-found");
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/v1/courses/{course}")).Status);
        (await client.GetAsync($"/v1/lessons/{first}")).Is(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task R9_A_removal_that_completes_the_course_for_learners_says_for_how_many_and_waits_for_the_confirmation()
    {
        var (client, institution) = await server.NewCampusAsync();
        using var _ = client;
        var lesson = await NewLessonAsync(client);
        var (done, missing) = (await NewTextAsync(client, lesson), await NewTextAsync(client, lesson));
        var course = (await client.GetAsync($"/v1/lessons/{lesson}")).Ok().GetProperty("course_id").GetInt64();
        (await client.PatchAsync($"/v1/courses/{course}", new { status = "published" })).Ok();
        await server.CountAsync(
            """
            with person as (
                insert into users (institution_id, name, email, cpf, uuid, role, created_at)
                values ($1, 'Ana', 'ana@example.com', '529.982.247-25', gen_random_uuid(), 'learner', now()) returning id),
            enrollment as (
                insert into enrollments (institution_id, user_id, course_id, source, enrolled_at)
                select $1, id, $2, 'api', now() from person returning id, user_id)
            insert into content_completions (institution_id, enrollment_id, content_id, user_id, started_at, completed_at)
            select $1, id, $3, user_id, now(), now() from enrollment returning id
            """, institution, course, done);

        foreach (var path in new[] { $"/v1/contents/{missing}", $"/v1/contents/{missing}?confirm_completions=0" })
        {
            var asked = (await client.DeleteAsync(path)).Is(HttpStatusCode.Conflict, "unconfirmed");
            Assert.Equal(1, asked.Body.GetProperty("completions").GetInt32());
        }

        (await client.PatchAsync($"/v1/contents/{missing}", new { required = false })).Is(HttpStatusCode.Conflict, "unconfirmed");
        Assert.True((await client.GetAsync($"/v1/contents/{missing}")).Ok().GetProperty("required").GetBoolean());
        (await client.PatchAsync($"/v1/contents/{missing}?confirm_completions=1", new { required = false })).Ok();
        Assert.Equal(1, await server.CountAsync(
            "select count(*) from events where institution_id = $1 and slug = 'activities.course.completed' and source = 'content_removed'",
            institution));
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/v1/contents/{missing}")).Status);
    }

    [Fact]
    public async Task A_certificate_template_is_made_given_to_a_course_and_deleted_once_no_course_has_it()
    {
        using var client = await server.NewInstitutionAsync();
        var faulty = new { name = "a", approval_rate = 100.001, text = "{nome}", logo_id = "file_1" };
        var refused = (await client.PostAsync("/v1/certificate-templates", faulty))
            .Is(HttpStatusCode.UnprocessableEntity, "invalid-body");
        Assert.Equal(["/approval_rate", "/approval_rate", "/title", "/text", "/logo_id"], refused.Pointers);

        var id = await MakeAsync(client, "/v1/certificate-templates",
            new { name = "Padrão", type = "achievement", approval_rate = 62.5, title = "Certificado", text = "{name} concluiu {course} ({hours}h)." });
        Assert.Equal(62.5m, (await client.GetAsync($"/v1/certificate-templates/{id}")).Ok().GetProperty("approval_rate").GetDecimal());
        var course = await NewCourseAsync(client);
        var given = (await client.PatchAsync($"/v1/courses/{course}", new { certificate_template_id = id })).Ok();
        Assert.Equal(id, given.GetProperty("certificate_template_id").GetInt64());
        (await client.DeleteAsync($"/v1/certificate-templates/{id}")).Is(HttpStatusCode.Conflict, "conflict");
        (await client.PatchAsync($"/v1/courses/{course}", new { certificate_template_id = (long?)null })).Ok();
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/v1/certificate-templates/{id}")).Status);
    }

    private static async Task<long> MakeAsync(ApiClient client, string path, object body) =>
        (await client.PostAsync(path, body)).Ok(HttpStatusCode.Created).GetProperty("id").GetInt64();

    private static async Task<long> NewCourseAsync(ApiClient client)
    {
        var school = await MakeAsync(client, "/v1/schools", new { name = "Ofícios" });
        return await MakeAsync(client, "/v1/courses", new { school_id = school, name = "Marcenaria", workload_hours = 10 });
    }

    private static Task<long> NewTextAsync(ApiClient client, long lesson) =>
        MakeAsync(client, $"/v1/lessons/{lesson}/contents", new { kind = "text", title = "Leitura", body = "a", published = true });

    private static async Task<long> NewLessonAsync(ApiClient client) =>
        await MakeAsync(client, $"/v1/courses/{await NewCourseAsync(client)}/lessons", new { title = "Aula" });

    private static async Task<JsonElement[]> ContentsAsync(ApiClient client, long lesson)
    {
        var course = (await client.GetAsync($"/v1/lessons/{lesson}")).Ok().GetProperty("course_id").GetInt64();
        return [.. (await client.GetAsync($"/v1/courses/{course}")).Ok().GetProperty("lessons")[0].GetProperty("contents").EnumerateArray()];
    }
}
