using System.Net;
using System.Text.Json;
using Sineta.Testing;

namespace Sineta.Server.Tests.Api;

public sealed class ImportTests(ApiServer server) : IClassFixture<ApiServer>, IAsyncLifetime
{
    private ApiClient _client = null!;
    private long _institution;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => (_client, _institution) = await server.NewCampusAsync();

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_file_is_worked_through_and_its_refused_rows_and_the_reports_can_be_fetched()
    {
        var (course, user) = (await server.AddCourseAsync(_institution), await server.AddUserAsync(_institution, "=Ana, \"a primeira\""));
        var content = await server.CountAsync("select id from contents where course_id = $1", course);
        var enrollments = await ImportAsync(
            "kind=enrollments", $"user_id,course_id,enrolled_at\n{user},{course},2025-01-10T12:00:00Z\n0,{course},2025-01-10T12:00:00Z\n", "text/csv");
        Assert.Equal(
            ("done", 2, 2, 1, 1.0, false),
            (enrollments.GetProperty("state").GetString(), enrollments.GetProperty("total").GetInt32(), enrollments.GetProperty("done").GetInt32(),
                enrollments.GetProperty("refused").GetInt32(), enrollments.GetProperty("progress").GetDouble(),
                enrollments.GetProperty("emit_events").GetBoolean()));
        var refusals = $"/v1/imports/{enrollments.GetProperty("id").GetInt64()}/refusals";
        var refused = Assert.Single((await _client.GetAsync(refusals)).Ok().GetProperty("data").EnumerateArray());
        Assert.Equal(3, refused.GetProperty("line").GetInt32());
        Assert.Equal("line,column,reason\r\n3,user_id,Is no user of the institution.\r\n", (await _client.GetAsync(refusals + "?format=csv")).Text);

        await ImportAsync(
            "kind=completions&emit_events=true",
            JsonSerializer.Serialize(new { user_id = user, content_id = content, completed_at = "2025-01-11 09:00:00" }), "application/x-ndjson");

        Assert.Equal(2, (await _client.GetAsync("/v1/events")).Ok().GetProperty("data").GetArrayLength());
        var progress = (await _client.GetAsync($"/v1/reports/progress?course_id={course}&from=2025-01-10T12:00:00Z&until=2025-01-10T12:00:01Z")).Ok();
        Assert.Equal((100, 1, 1), (progress.GetProperty("progress").GetInt32(), progress.GetProperty("completed").GetInt32(), progress.GetProperty("required").GetInt32()));
        var csv = (await _client.GetAsync("/v1/reports/completions?format=csv")).Text.Split("\r\n");
        Assert.StartsWith("id,enrollment_id,user_id,user_name", csv[0], StringComparison.Ordinal);
        Assert.Contains("\"'=Ana, \"\"a primeira\"\"\"", csv[1], StringComparison.Ordinal);
        Assert.Contains(",2025-01-11T12:00:00.000Z,", csv[1], StringComparison.Ordinal);
        Assert.Equal("", (await _client.GetAsync("/v1/reports/completions?until=2025-01-11T12:00:00Z")).Text);
    }

    [Fact]
    public async Task A_list_gives_no_user_a_role_that_its_key_could_not_give()
    {
        var made = (await _client.PostAsync("/v1/api-keys", new { name = "RH", scopes = new[] { "learning:manage" } })).Ok(HttpStatusCode.Created);
        using var client = server.Client(made.GetProperty("key").GetString());
        const string List = "name,email,cpf,role\nBia,bia@example.com,529.982.247-25,gestor\nCaio,caio@example.com,529.982.247-25,aluno\n";

        var import = (await client.PostTextAsync("/v1/imports?kind=users", List, "text/csv")).Ok(HttpStatusCode.Accepted);
        var id = import.GetProperty("id").GetInt64();
        await Eventually.TrueAsync(
            async () => (await client.GetAsync($"/v1/imports/{id}")).Ok().GetProperty("state").GetString() == "done", Stop);

        Assert.Contains(
            "2,role,Is more than whoever brought the list may give.", (await client.GetAsync($"/v1/imports/{id}/refusals?format=csv")).Text,
            StringComparison.Ordinal);
        Assert.Equal(
            1, await server.CountAsync("select count(*) from users where institution_id = $1 and email in ('bia@example.com', 'caio@example.com')", _institution));
    }

    [Fact]
    public async Task What_is_no_import_is_refused_at_once()
    {
        Assert.Equal(["?kind"], (await _client.PostTextAsync("/v1/imports", "a", "text/csv")).Is(HttpStatusCode.BadRequest, "invalid-request").Pointers);
        (await _client.PostTextAsync("/v1/imports?kind=users&emit_events=1", "a", "text/csv")).Is(HttpStatusCode.BadRequest, "invalid-request");
        (await _client.PostTextAsync("/v1/imports?kind=users", "{}")).Is(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
        var header = (await _client.PostTextAsync("/v1/imports?kind=users", "name,phone\nAna,1\n", "text/csv; charset=utf-8"));
        Assert.Equal(["/header/1", "/header"], header.Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Pointers);
        Assert.Equal(0, (await _client.GetAsync("/v1/imports")).Ok().GetProperty("data").GetArrayLength());
        (await _client.GetAsync("/v1/reports/progress?format=xml")).Is(HttpStatusCode.BadRequest, "invalid-request");
    }

    private async Task<JsonElement> ImportAsync(string query, string file, string mediaType)
    {
        var answer = await _client.PostTextAsync($"/v1/imports?{query}", file, mediaType);
        var id = answer.Ok(HttpStatusCode.Accepted).GetProperty("id").GetInt64();
        Assert.Equal($"/v1/imports/{id}", answer.Headers["Location"]);
        await Eventually.TrueAsync(async () => (await FindAsync(id)).GetProperty("finished_at").ValueKind is JsonValueKind.String, Stop);
        return await FindAsync(id);
    }

    private async Task<JsonElement> FindAsync(long id) => (await _client.GetAsync($"/v1/imports/{id}")).Ok();
}
