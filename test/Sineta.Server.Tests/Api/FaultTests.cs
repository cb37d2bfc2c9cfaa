using System.Net;
using Sineta.Testing;

namespace Sineta.Server.Tests.Api;

/// <summary>A refusal names all that is wrong with a body at once: keys, kinds and values, each where it stands.</summary>
public sealed class FaultTests(ApiServer server) : IClassFixture<ApiServer>, IAsyncLifetime
{
    private ApiClient _client = null!;

    public async ValueTask InitializeAsync() => _client = await server.NewInstitutionAsync();

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(
        "endpoints",
        """{"url": "https://example.com/", "event_types": ["nope", "nope"], "foo": 1, "max_in_flight": 0, "rate": -1}""",
        "/event_types/0 /event_types/1 /foo /max_in_flight /rate")]
    [InlineData(
        "endpoints",
        """{"url": "https://example.com/", "headers": {"a/b~c": 5, "Host": "x"}, "retry_schedule": [1, 0, "2", 604801, null]}""",
        "/headers/Host /headers/a~1b~0c /retry_schedule/1 /retry_schedule/2 /retry_schedule/3 /retry_schedule/4")]
    [InlineData("users", """{"name": "X", "email": "bad", "cpf": 5, "foo": 1}""", "/cpf /email /foo")]
    [InlineData(
        "replays",
        """{"types": ["nope"], "status": "x", "from": "then", "to": 5, "pace": 0, "dry_run": "yes"}""",
        "/dry_run /endpoint_id /from /pace /status /to /types/0")]
    [InlineData("schools", """{"name": " ", "manager_ids": [7, "8", 7], "x": 1}""", "/manager_ids/1 /manager_ids/2 /name /x")]
    [InlineData("courses", """{"school_id": "1", "name": 5, "workload_hours": -1}""", "/name /school_id /workload_hours")]
    [InlineData("courses/1/lessons", """{"title": "", "position": "last"}""", "/position /title")]
    [InlineData(
        "lessons/1/contents",
        """
        {
          "kind": "quiz", "title": "a", "max_attempts": 0, "starts_at": "\ud800",
          "questions": [5, {"kind": "single", "text": 1, "options": ["a", 2], "right_options": [0], "points": 0, "colour": "red"}]
        }
        """,
        "/max_attempts /questions/0 /questions/1/colour /questions/1/options/1 /questions/1/points /questions/1/text /starts_at")]
    [InlineData(
        "certificate-templates", """{"name": "a", "type": 1, "approval_rate": 101, "text": "{x}"}""",
        "/approval_rate /text /title /type")]
    [InlineData(
        "trails", """{"name": "", "items": [{"course_id": "x"}, {}, {"required": 1}]}""",
        "/items/0/course_id /items/1 /items/2/required /name")]
    [InlineData("classes", """{"course_id": "1", "starts_on": "soon", "ends_on": "2020-01-01"}""", "/course_id /ends_on /name /starts_on")]
    [InlineData("classes/1/students", """{"user_ids": [1, "x", 1, null, 2]}""", "/user_ids/1 /user_ids/2 /user_ids/3")]
    [InlineData("enrollments", """{"user_id": "1", "source": "x"}""", "/course_id /source /user_id")]
    [InlineData("enrollments/1/completions", """{"played_share": "all"}""", "/content_id /played_share")]
    [InlineData("certificates/0000-0000-0000-0000/revoke", """{"why": "x"}""", "/reason /why")]
    [InlineData("certificates/0000-0000-0000-0000/reissue", """{"reason": "", "why": "x"}""", "/reason /why")]
    [InlineData("api-keys", """{"name": "", "scopes": ["read", 5, "all"]}""", "/name /scopes/1 /scopes/2")]
    [InlineData("endpoints/ep_1/rotate-secret", """{"overlap_hours": -1, "now": true}""", "/now /overlap_hours")]
    [InlineData("endpoints/ep_1/test", """{"type": "none", "now": true}""", "/now /type")]
    public async Task Every_fault_is_named_at_once_where_it_is(string path, string body, string pointers) => Assert.Equal(
        pointers.Split(' '),
        (await _client.PostTextAsync($"/v1/{path}", body)).Is(HttpStatusCode.UnprocessableEntity, "invalid-body")
            .Pointers.Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public async Task So_are_those_of_an_institution()
    {
        using var operators = server.Client(ApiServer.OperatorKey);
        var refused = await operators.PostAsync("/v1/institutions", new { name = 5, time_zone = "Mars/Base", foo = 1 });
        Assert.Equal(["/foo", "/name", "/time_zone"], refused.Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Pointers.Order());
    }

    [Fact]
    public async Task So_are_those_of_a_change_which_misses_nothing_and_changes_nothing()
    {
        await using var receiver = await RecordingReceiver.StartAsync(TestContext.Current.CancellationToken);
        receiver.Answer = RouteWalkTests.EchoAsync;
        var made = (await _client.PostAsync("/v1/endpoints", new { url = receiver.Url })).Ok(HttpStatusCode.Created);
        var path = $"/v1/endpoints/{made.GetProperty("id").GetString()}";
        var before = (await _client.GetAsync(path)).Text;

        var refused = await _client.PatchAsync(path, new
        {
            cpf = "hidden",
            ordering = "x",
            max_in_flight = 1000,
            timeout_seconds = "5",
            retry_schedule = new[] { 0 },
            headers = new Dictionary<string, object> { ["Host"] = "y", ["X-A"] = 5 },
        });

        Assert.Equal(
            ["/cpf", "/headers/Host", "/headers/X-A", "/max_in_flight", "/ordering", "/retry_schedule/0", "/timeout_seconds"],
            refused.Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Pointers.Order(StringComparer.Ordinal));
        Assert.Equal(before, (await _client.GetAsync(path)).Text);
    }

    [Theory]
    [InlineData("users/1", """{"email": "bad", "foo": 1}""", "/email /foo")]
    [InlineData("schools/1", """{"manager_ids": [1, 1], "foo": 1}""", "/foo /manager_ids/1")]
    [InlineData("courses/1", """{"status": "x", "foo": 1}""", "/foo /status")]
    [InlineData("lessons/1", """{"position": 0, "foo": 1}""", "/foo /position")]
    [InlineData("contents/1", """{"title": "", "foo": 1}""", "/foo /title")]
    [InlineData("certificate-templates/1", """{"title": "", "foo": 1}""", "/foo /title")]
    [InlineData("trails/1", """{"status": "x", "foo": 1}""", "/foo /status")]
    [InlineData("classes/1", """{"starts_on": "2026-02-01", "ends_on": "2026-01-01", "foo": 1}""", "/ends_on /foo")]
    [InlineData("enrollments/1", """{"action": 5, "date_expire": "2026-01-01"}""", "/action")]
    public async Task A_change_is_told_of_nothing_that_it_does_not_give(string path, string body, string pointers)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var refused = await _client.SendAsync(HttpMethod.Patch, $"/v1/{path}", content);
        Assert.Equal(
            pointers.Split(' '), refused.Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Pointers.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("lessons/1/contents", """{"kind": "video", "title": "a", "file_id": 5}""", "/file_id: Must be a string.")]
    [InlineData("users", """{"name": "X", "email": "x@example.com", "cpf": 5}""", "/cpf: Must be a string.")]
    [InlineData("classes/1/students", """{"user_ids": "1"}""", "/user_ids: Must be an array of whole numbers.")]
    [InlineData("trails", """{"name": "a", "items": [5]}""", "/items/0: Must be an object.")]
    public async Task What_is_of_the_wrong_kind_is_not_missing_too(string path, string body, string error) => Assert.Equal(
        [error], (await _client.PostTextAsync($"/v1/{path}", body)).Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Errors);

    [Theory]
    [InlineData(
        "endpoints", """{"url": "https://example.com/", "headers": {"A": "1", "A": "2"}, "url": "https://example.org/"}""",
        "/headers/A /url")]
    [InlineData("users", """{"email": "bad", "cpf": "529.982.247-25", "name": "X", "cpf": "1"}""", "/cpf /email")]
    [InlineData("events", """{"type": "activities.trail.completed", "data": {}, "type": "x"}""", "/type")]
    public async Task A_key_that_is_given_twice_is_a_fault_like_others(string path, string body, string pointers)
    {
        var refused = await _client.PostTextAsync($"/v1/{path}", body);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        foreach (var pointer in pointers.Split(' '))
            Assert.Contains(pointer, refused.Pointers);
        Assert.Contains($"{pointers.Split(' ')[0]}: Is given twice.", refused.Errors);
    }

    [Fact]
    public async Task What_is_no_JSON_is_told_where_it_breaks_whatever_the_route()
    {
        foreach (var path in new[] { "/v1/endpoints", "/v1/events", "/v1/events/batch" })
        {
            var refused = (await _client.PostTextAsync(path, "{\n  \"a\": x}")).Is(HttpStatusCode.BadRequest, "invalid-json");
            var detail = refused.Body.GetProperty("detail").GetString();
            Assert.StartsWith("The body is not JSON: at line 2, byte 8,", detail, StringComparison.Ordinal);
            Assert.DoesNotContain("LineNumber", refused.Text, StringComparison.Ordinal);
        }
    }
}
