using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Sineta.Server.Tests.Api;

public sealed class ClassTests(ApiServer server) : IClassFixture<ApiServer>, IAsyncLifetime
{
    private ApiClient _client = null!;
    private long _institution;
    private long _course;

    public async ValueTask InitializeAsync()
    {
        (_client, _institution) = await server.NewCampusAsync();
        _course = await server.AddCourseAsync(_institution);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task R2_A_class_is_made_and_its_students_are_enrolled_by_one_call_with_one_event_each()
    {
        var answer = await _client.PostAsync(
            "/v1/classes", new { course_id = _course, name = "Turma da noite", starts_on = "2026-03-01", ends_on = "2999-12-31" });
        var made = answer.Ok(HttpStatusCode.Created);
        var id = made.GetProperty("id").GetInt64();
        Assert.Equal($"/v1/classes/{id}", answer.Headers["Location"]);
        long[] users = [await server.AddUserAsync(_institution), await server.AddUserAsync(_institution)];

        var invited = (await _client.PostAsync($"/v1/classes/{id}/students", new { user_ids = users })).Ok();
        var again = (await _client.PostAsync($"/v1/classes/{id}/students", new { user_ids = users })).Ok();

        Assert.All(invited.GetProperty("data").EnumerateArray(), s => Assert.True(s.GetProperty("enrolled").GetBoolean()));
        Assert.All(again.GetProperty("data").EnumerateArray(), s => Assert.False(s.GetProperty("enrolled").GetBoolean()));
        Assert.Equal(2, (await DataAsync("/v1/events")).Length);
        var students = await DataAsync($"/v1/classes/{id}/students");
        Assert.Equal(users, students.Select(s => s.GetProperty("user_id").GetInt64()));
        Assert.All(students, s => Assert.Equal(("active", "2999-12-31"), (s.GetProperty("state").GetString(), s.GetProperty("date_expire").GetString())));
        Assert.Equal(2, (await _client.GetAsync($"/v1/classes/{id}")).Ok().GetProperty("students").GetInt32());
    }

    [Fact]
    public async Task R2_Whom_nobody_knows_is_named_and_nobody_is_invited()
    {
        var id = await MakeAsync();
        var user = await server.AddUserAsync(_institution);

        var refused = await _client.PostAsync($"/v1/classes/{id}/students", new { user_ids = new[] { user, -1, 0 } });

        Assert.Equal(["/user_ids/1", "/user_ids/2"], refused.Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Pointers);
        var wrong = await _client.PostAsync($"/v1/classes/{id}/students", new { user_ids = "1" });
        Assert.Equal(["/user_ids: Must be an array of whole numbers."], wrong.Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Errors);
        (await _client.PostAsync($"/v1/classes/{id}/students")).Is(HttpStatusCode.UnprocessableEntity, "invalid-body");
        Assert.Empty(await DataAsync("/v1/events"));
    }

    [Fact]
    public async Task A_class_that_ends_before_it_starts_and_a_day_that_is_none_are_faults()
    {
        var reversed = await _client.PostAsync(
            "/v1/classes", new { course_id = _course, name = "Turma", starts_on = "2999-03-02", ends_on = "2999-03-01" });
        Assert.Equal(["/ends_on: Must not be before starts_on."], reversed.Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Errors);
        var wrong = await _client.PostAsync("/v1/classes", new { course_id = "x", name = "Turma", starts_on = "2026-02-30" });
        Assert.Equal(
            ["/course_id: Must be a whole number.", "/starts_on: Must be a day, such as 2026-03-10."],
            wrong.Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Errors);
        Assert.Empty(await DataAsync("/v1/classes"));
    }

    [Fact]
    public async Task A_class_is_changed_emptied_and_deleted()
    {
        var id = await MakeAsync();
        var user = await server.AddUserAsync(_institution);
        (await _client.PostAsync($"/v1/classes/{id}/students", new { user_ids = new[] { user } })).Ok();

        var changed = (await _client.PatchAsync($"/v1/classes/{id}", new { ends_on = "2999-01-31" })).Ok();
        Assert.Equal(("Turma", "2999-01-31"), (changed.GetProperty("name").GetString(), changed.GetProperty("ends_on").GetString()));
        Assert.Equal("2999-01-31", Assert.Single(await DataAsync($"/v1/classes/{id}/students")).GetProperty("date_expire").GetString());
        (await _client.DeleteAsync($"/v1/classes/{id}")).Is(HttpStatusCode.Conflict, "conflict");
        Assert.Equal(HttpStatusCode.NoContent, (await _client.DeleteAsync($"/v1/classes/{id}/students/{user}")).Status);
        (await _client.DeleteAsync($"/v1/classes/{id}/students/{user}")).Is(HttpStatusCode.NotFound, "not-found");
        Assert.Equal(HttpStatusCode.NoContent, (await _client.DeleteAsync($"/v1/classes/{id}")).Status);
        (await _client.GetAsync($"/v1/classes/{id}")).Is(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Classes_are_listed_by_course()
    {
        var (first, second) = (await MakeAsync(), await MakeAsync());

        Assert.Equal([first, second], (await DataAsync($"/v1/classes?course_id={_course}")).Select(c => c.GetProperty("id").GetInt64()));
        Assert.Empty(await DataAsync(string.Create(CultureInfo.InvariantCulture, $"/v1/classes?course_id={_course + 1}")));
        (await _client.GetAsync("/v1/classes?course_id=x")).Is(HttpStatusCode.BadRequest, "invalid-request");
    }

    private async Task<long> MakeAsync() =>
        (await _client.PostAsync("/v1/classes", new { course_id = _course, name = "Turma", starts_on = "2026-03-01" }))
        .Ok(HttpStatusCode.Created).GetProperty("id").GetInt64();

    private async Task<JsonElement[]> DataAsync(string path) => [.. (await _client.GetAsync(path)).Ok().GetProperty("data").EnumerateArray()];
}
