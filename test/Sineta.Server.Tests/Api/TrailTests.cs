using System.Net;
using System.Text.Json;

namespace Sineta.Server.Tests.Api;

public sealed class TrailTests(ApiServer server) : IClassFixture<ApiServer>, IAsyncLifetime
{
    private ApiClient _client = null!;
    private long _institution;

    public async ValueTask InitializeAsync() => (_client, _institution) = await server.NewCampusAsync();

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_trail_is_made_joined_finished_and_seen()
    {
        var (course, user) = (await server.AddCourseAsync(_institution), await server.AddUserAsync(_institution));
        await server.AddCompletionAsync(_institution, user, course);
        var answer = await _client.PostAsync(
            "/v1/trails", new { name = "Trilha", status = "published", items = new[] { new { course_id = course, required = true } } });
        var made = answer.Ok(HttpStatusCode.Created);
        var id = made.GetProperty("id").GetInt64();
        Assert.Equal($"/v1/trails/{id}", answer.Headers["Location"]);

        var joined = (await _client.PostAsync($"/v1/trails/{id}/participants", new { user_id = user })).Ok();

        Assert.Equal((1, 1), (joined.GetProperty("done").GetInt32(), joined.GetProperty("required").GetInt32()));
        Assert.Equal(JsonValueKind.String, joined.GetProperty("finished_at").ValueKind);
        Assert.Equal(joined.ToString(), Assert.Single(await DataAsync($"/v1/trails/{id}/participants")).ToString());
        Assert.Equal(made.ToString(), (await _client.GetAsync($"/v1/trails/{id}")).Ok().ToString());
        Assert.Equal("activities.trail.completed", Assert.Single(await DataAsync("/v1/events")).GetProperty("type").GetString());
    }

    [Fact]
    public async Task R11_A_change_that_finishes_a_trail_asks_for_its_number_first()
    {
        var (done, missing) = (await server.AddCourseAsync(_institution), await server.AddCourseAsync(_institution));
        var user = await server.AddUserAsync(_institution);
        await server.AddCompletionAsync(_institution, user, done);
        var id = await MakeAsync("published", done, missing);
        (await _client.PostAsync($"/v1/trails/{id}/participants", new { user_id = user })).Ok();
        var change = new { items = new[] { new { course_id = done } } };

        var asked = (await _client.PatchAsync($"/v1/trails/{id}", change)).Is(HttpStatusCode.Conflict, "unconfirmed");
        Assert.Equal(1, asked.Body.GetProperty("completions").GetInt32());
        (await _client.PatchAsync($"/v1/trails/{id}?confirm_completions=2", change)).Is(HttpStatusCode.Conflict, "unconfirmed");
        Assert.Empty(await DataAsync("/v1/events"));
        var changed = (await _client.PatchAsync($"/v1/trails/{id}?confirm_completions=1", change)).Ok();

        Assert.Equal(1, changed.GetProperty("items").GetArrayLength());
        Assert.Single(await DataAsync("/v1/events"));
    }

    [Fact]
    public async Task A_page_of_trails_leads_to_the_next_one_and_a_filter_picks_some()
    {
        long[] ids = [await MakeAsync("draft"), await MakeAsync("published"), await MakeAsync("draft")];

        var first = (await _client.GetAsync("/v1/trails?limit=2")).Ok();
        var second = (await _client.GetAsync($"/v1/trails?limit=2&cursor={first.GetProperty("next_cursor").GetString()}")).Ok();

        Assert.Equal(ids[..2], IdsOf(first));
        Assert.Equal(ids[2..], IdsOf(second));
        Assert.Equal([ids[0], ids[2]], IdsOf((await _client.GetAsync("/v1/trails?status=draft")).Ok()));
        (await _client.GetAsync("/v1/trails?status=open")).Is(HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task Every_fault_of_a_trail_is_named_and_nothing_is_made()
    {
        var refused = (await _client.PostAsync("/v1/trails", new { status = "open", items = new object[] { new { course_id = -1 }, new { } } }))
            .Is(HttpStatusCode.UnprocessableEntity, "invalid-body");
        Assert.Equal(["/name", "/status", "/items/0/course_id", "/items/1"], refused.Pointers);
        foreach (var (items, pointers) in new (object, string[])[]
        {
            (new[] { new { course = 1 } }, ["/items/0/course", "/items/0"]), (new[] { 1 }, ["/items/0"]), (new { }, ["/items"]),
            ("x", ["/items"]),
        })
        {
            var wrong = (await _client.PostAsync("/v1/trails", new { name = "Trilha", items })).Is(HttpStatusCode.UnprocessableEntity, "invalid-body");
            Assert.Equal(pointers, wrong.Pointers);
        }

        Assert.Empty(await DataAsync("/v1/trails"));
    }

    [Fact]
    public async Task Another_institutions_course_user_and_trail_are_unknown()
    {
        var (theirs, institution) = await server.NewCampusAsync();
        using (theirs)
        {
            var (course, user) = (await server.AddCourseAsync(institution), await server.AddUserAsync(institution));
            var foreign = (await _client.PostAsync("/v1/trails", new { name = "Trilha", items = new[] { new { course_id = course } } }));
            Assert.Equal(["/items/0/course_id"], foreign.Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Pointers);
            var id = await MakeAsync("published");
            var stranger = await _client.PostAsync($"/v1/trails/{id}/participants", new { user_id = user });
            Assert.Equal(["/user_id"], stranger.Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Pointers);
            (await theirs.GetAsync($"/v1/trails/{id}")).Is(HttpStatusCode.NotFound, "not-found");
            (await theirs.PostAsync($"/v1/trails/{id}/participants", new { user_id = user })).Is(HttpStatusCode.NotFound, "not-found");
        }
    }

    [Fact]
    public async Task Only_a_draft_is_deleted()
    {
        var (draft, open) = (await MakeAsync("draft"), await MakeAsync("published"));

        Assert.Equal(HttpStatusCode.NoContent, (await _client.DeleteAsync($"/v1/trails/{draft}")).Status);
        (await _client.DeleteAsync($"/v1/trails/{draft}")).Is(HttpStatusCode.NotFound, "not-found");
        (await _client.DeleteAsync($"/v1/trails/{open}")).Is(HttpStatusCode.Conflict, "conflict");
        (await _client.PatchAsync($"/v1/trails/{open}", new { status = "draft" })).Is(HttpStatusCode.Conflict, "conflict");
        Assert.Equal("archived", (await _client.PatchAsync($"/v1/trails/{open}", new { status = "archived" })).Ok().GetProperty("status").GetString());
    }

    private static IEnumerable<long> IdsOf(JsonElement page) => page.GetProperty("data").EnumerateArray().Select(t => t.GetProperty("id").GetInt64());

    private async Task<long> MakeAsync(string status, params long[] courses) =>
        (await _client.PostAsync("/v1/trails", new { name = "Trilha", status, items = courses.Select(c => new { course_id = c }) }))
        .Ok(HttpStatusCode.Created).GetProperty("id").GetInt64();

    private async Task<JsonElement[]> DataAsync(string path) => [.. (await _client.GetAsync(path)).Ok().GetProperty("data").EnumerateArray()];
}
