using System.Net;
using System.Text.Json;
using Sineta.Events;

namespace Sineta.Server.Tests.Api;

/// <summary>Enrolments, completions and certificates over HTTP, in a course that was made over HTTP.</summary>
public sealed class LearningTests(ApiServer server) : IClassFixture<ApiServer>
{
    private int _users;

    [Fact]
    public async Task A_publishers_enrolment_of_the_same_number_is_another_fact()
    {
        using var client = await server.NewInstitutionAsync();
        var (course, _) = await CourseAsync(client);
        var own = Number((await client.PostAsync("/v1/enrollments", new { user_id = await UserAsync(client), course_id = course })).Body);
        var data = Samples.Enrollment((int)own);

        (await client.PostAsync("/v1/events", new { type = EventTypes.CourseEnrollment.Slug, data })).Ok(HttpStatusCode.Accepted);

        var forged = await client.PostAsync(
            "/v1/events", new { type = EventTypes.CourseEnrollment.Slug, data, dedupe_key = $"campus/enrollment:{own + 1}" });
        Assert.Equal(["/dedupe_key"], forged.Is(HttpStatusCode.UnprocessableEntity, "invalid-event").Pointers);
    }

    [Fact]
    public async Task A_learners_way_from_the_enrolment_to_the_certificate_is_told_by_four_events()
    {
        using var client = await server.NewInstitutionAsync();
        var (course, contents) = await CourseAsync(client);
        var user = await UserAsync(client);

        var enrolled = await client.PostAsync("/v1/enrollments", new { user_id = user, course_id = course, source = "course_details" });
        var again = await client.PostAsync("/v1/enrollments", new { user_id = user, course_id = course });
        var id = Number(enrolled.Ok(HttpStatusCode.Created));
        Assert.Equal(id, Number(again.Ok()));
        Assert.Equal($"/v1/enrollments/{id}", enrolled.Headers["Location"]);

        var text = (await CompleteAsync(client, id, new { content_id = contents[0], answer = "Li." })).Ok(HttpStatusCode.Created);
        Assert.Equal((50, "Li."), (text.GetProperty("progress").GetInt32(), text.GetProperty("completion").GetProperty("answer").GetString()));
        Assert.Equal(JsonValueKind.Null, text.GetProperty("course_completed_at").ValueKind);
        var question = await QuestionAsync(client, contents[1]);
        var answers = new[] { new { question_id = question, options = new[] { 1 } } };
        var quiz = (await CompleteAsync(client, id, new { content_id = contents[1], answers })).Ok(HttpStatusCode.Created);
        Assert.Equal(100, quiz.GetProperty("progress").GetInt32());
        Assert.True(quiz.GetProperty("graded")[0].GetProperty("correct").GetBoolean());
        (await CompleteAsync(client, id, new { content_id = contents[0] })).Ok();

        var issued = await client.PostAsync($"/v1/enrollments/{id}/certificate");
        var code = issued.Ok(HttpStatusCode.Created).GetProperty("code").GetString();
        Assert.Equal("achievement", issued.Body.GetProperty("type").GetString());
        Assert.Equal(code, (await client.PostAsync($"/v1/enrollments/{id}/certificate")).Ok().GetProperty("code").GetString());
        Assert.Equal("Ana Souza", (await client.GetAsync($"/v1/certificates/{code!.ToLowerInvariant()}")).Ok().GetProperty("user_name").GetString());

        var told = (await client.GetAsync("/v1/events?limit=50")).Ok().GetProperty("data").EnumerateArray()
            .Select(e => e.GetProperty("type").GetString()!["activities.".Length..]).Reverse();
        Assert.Equal(
            ["course.enrollment", "content.completed", "content.completed", "course.completed", "certificate.issued"], told);
        var shown = (await client.GetAsync($"/v1/enrollments/{id}")).Ok();
        Assert.Equal(("active", 100), (shown.GetProperty("state").GetString(), shown.GetProperty("progress").GetInt32()));
    }

    [Fact]
    public async Task An_enrolment_is_renewed_suspended_resumed_and_cancelled_and_listed_by_its_state()
    {
        using var client = await server.NewInstitutionAsync();
        var (course, contents) = await CourseAsync(client);
        var id = Number((await client.PostAsync("/v1/enrollments", new { user_id = await UserAsync(client), course_id = course })).Body);

        Assert.Equal("suspended", await StateAsync(client, id, new { action = "suspend" }));
        (await CompleteAsync(client, id, new { content_id = contents[0] })).Is(HttpStatusCode.Conflict, "conflict");
        Assert.Equal("active", await StateAsync(client, id, new { action = "resume" }));
        var renewed = (await client.PatchAsync($"/v1/enrollments/{id}", new { action = "renew", date_expire = "2999-12-31" })).Ok();
        Assert.Equal("2999-12-31", renewed.GetProperty("date_expire").GetString());
        Assert.Equal("cancelled", await StateAsync(client, id, new { action = "cancel" }));
        (await client.PatchAsync($"/v1/enrollments/{id}", new { action = "resume" })).Is(HttpStatusCode.Conflict, "conflict");

        Assert.Empty((await client.GetAsync("/v1/enrollments?state=active")).Ok().GetProperty("data").EnumerateArray());
        Assert.Single((await client.GetAsync($"/v1/enrollments?state=cancelled&course_id={course}")).Ok().GetProperty("data").EnumerateArray());
        Assert.Single((await client.GetAsync("/v1/events")).Ok().GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task Bad_enrolments_are_refused_with_every_fault_and_leave_no_trace()
    {
        using var client = await server.NewInstitutionAsync();
        var (course, _) = await CourseAsync(client);
        var user = await UserAsync(client);

        Assert.Equal(
            ["/course_id", "/source", "/user_id"],
            (await client.PostAsync("/v1/enrollments", new { source = "class_invite" }))
                .Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Pointers.Order());
        Assert.Equal(
            ["/date_expire"],
            (await client.PostAsync("/v1/enrollments", new { user_id = user, course_id = course, date_expire = "2001-01-01" }))
                .Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Pointers);
        (await client.PostAsync("/v1/enrollments", new { user_id = user + 1_000_000, course_id = course })).Is(HttpStatusCode.NotFound, "not-found");
        (await client.PostAsync("/v1/enrollments", new { user_id = user, course_id = course + 1_000_000 })).Is(HttpStatusCode.NotFound, "not-found");
        Assert.Equal(
            ["?state"], (await client.GetAsync("/v1/enrollments?state=open")).Is(HttpStatusCode.BadRequest, "invalid-request").Pointers);

        Assert.Empty((await client.GetAsync("/v1/enrollments")).Ok().GetProperty("data").EnumerateArray());
        Assert.Empty((await client.GetAsync("/v1/events")).Ok().GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task Bad_completions_are_refused_and_leave_no_trace()
    {
        using var client = await server.NewInstitutionAsync();
        var (course, contents) = await CourseAsync(client);
        var (_, others) = await CourseAsync(client);
        var id = Number((await client.PostAsync("/v1/enrollments", new { user_id = await UserAsync(client), course_id = course })).Body);
        var question = await QuestionAsync(client, contents[1]);

        (await CompleteAsync(client, id, new { content_id = others[0] })).Is(HttpStatusCode.NotFound, "not-found");
        (await CompleteAsync(client, id + 1_000_000, new { content_id = contents[0] })).Is(HttpStatusCode.NotFound, "not-found");
        Assert.Equal(["/content_id"], Refused(await CompleteAsync(client, id, new { })));
        Assert.Equal(
            ["/answers", "/media_position", "/played_share"],
            Refused(await CompleteAsync(
                client, id, new { content_id = contents[0], played_share = 50, media_position = 3, answers = Array.Empty<object>() })));
        Assert.Equal(["/answers"], Refused(await CompleteAsync(client, id, new { content_id = contents[1] })));
        Assert.Equal(
            ["/answers/0/options", "/answers/1/question_id"],
            Refused(await CompleteAsync(client, id, new
            {
                content_id = contents[1],
                answers = new[] { new { question_id = question, options = new[] { 2 } }, new { question_id = 0L, options = new[] { 0 } } },
            })));
        (await client.PostAsync($"/v1/enrollments/{id}/certificate")).Is(HttpStatusCode.Conflict, "conflict");

        Assert.Empty((await client.GetAsync($"/v1/enrollments/{id}/completions")).Ok().GetProperty("data").EnumerateArray());
        Assert.Single((await client.GetAsync("/v1/events")).Ok().GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task R9_A_removal_that_completes_the_course_for_learners_is_asked_to_be_confirmed()
    {
        using var client = await server.NewInstitutionAsync();
        var (course, contents) = await CourseAsync(client);
        var id = Number((await client.PostAsync("/v1/enrollments", new { user_id = await UserAsync(client), course_id = course })).Body);
        (await CompleteAsync(client, id, new { content_id = contents[0] })).Ok(HttpStatusCode.Created);

        var asked = (await client.DeleteAsync($"/v1/contents/{contents[1]}")).Is(HttpStatusCode.Conflict, "unconfirmed");
        Assert.Equal(1, asked.Body.GetProperty("completions").GetInt32());
        (await client.PatchAsync($"/v1/contents/{contents[1]}", new { required = false })).Is(HttpStatusCode.Conflict, "unconfirmed");
        Assert.Equal(50, (await client.GetAsync($"/v1/enrollments/{id}")).Ok().GetProperty("progress").GetInt32());
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/v1/contents/{contents[1]}?confirm_completions=1")).Status);

        Assert.Equal(100, (await client.GetAsync($"/v1/enrollments/{id}")).Ok().GetProperty("progress").GetInt32());
        var told = (await client.GetAsync("/v1/events")).Ok().GetProperty("data")[0];
        Assert.Equal(
            ("activities.course.completed", "content_removed"),
            (told.GetProperty("type").GetString(), told.GetProperty("source").GetString()));
    }

    private static Task<Answer> CompleteAsync(ApiClient client, long enrollment, object completion) =>
        client.PostAsync($"/v1/enrollments/{enrollment}/completions", completion);

    private static string[] Refused(Answer answer) => [.. answer.Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Pointers.Order()];

    private static async Task<string?> StateAsync(ApiClient client, long id, object patch) =>
        (await client.PatchAsync($"/v1/enrollments/{id}", patch)).Ok().GetProperty("state").GetString();

    private static long Number(JsonElement body) => body.GetProperty("id").GetInt64();

    private static async Task<long> QuestionAsync(ApiClient client, long quiz) =>
        Number((await client.GetAsync($"/v1/contents/{quiz}")).Ok().GetProperty("questions")[0]);

    private async Task<long> UserAsync(ApiClient client) => await MadeAsync(
        client, "/v1/users", new { name = "Ana Souza", email = $"ana{Interlocked.Increment(ref _users)}@example.com", cpf = "529.982.247-25" });

    /// <summary>A published course of a text and a quiz, with an achievement at 70 percent.</summary>
    private static async Task<(long Id, long[] Contents)> CourseAsync(ApiClient client)
    {
        var school = await MadeAsync(client, "/v1/schools", new { name = "Escola de Ofícios" });
        var template = await MadeAsync(
            client, "/v1/certificate-templates",
            new { name = "Modelo", type = "achievement", approval_rate = 70, title = "Certificado", text = "{name} concluiu {course}." });
        var course = await MadeAsync(
            client, "/v1/courses", new { school_id = school, name = "Marcenaria", workload_hours = 10, certificate_template_id = template });
        var lesson = await MadeAsync(client, $"/v1/courses/{course}/lessons", new { title = "Madeiras" });
        var text = await MadeAsync(
            client, $"/v1/lessons/{lesson}/contents", new { kind = "text", title = "O pinho", body = "É macio.", published = true });
        var quiz = await MadeAsync(client, $"/v1/lessons/{lesson}/contents", new
        {
            kind = "quiz",
            title = "Prova",
            published = true,
            questions = new[] { new { kind = "single", text = "2 + 2", options = new[] { "3", "4" }, right_options = new[] { 1 }, points = 10 } },
        });
        (await client.PatchAsync($"/v1/courses/{course}", new { status = "published" })).Ok();
        return (course, [text, quiz]);
    }

    private static async Task<long> MadeAsync(ApiClient client, string path, object body) =>
        Number((await client.PostAsync(path, body)).Ok(HttpStatusCode.Created));
}
