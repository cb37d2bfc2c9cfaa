using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sineta.Delivery.Institutions;
using Sineta.Events;
using Sineta.Server.Api;
using Sineta.Testing;

namespace Sineta.Server.Tests.Api;

/// <summary>
/// Walks every route that the running server has, new ones too: whose key opens what, and that no key opens what is another's.
/// </summary>
public sealed partial class RouteWalkTests(ApiServer server) : IClassFixture<ApiServer>
{
    // In every text of the other institution's, so that a leak of any of them is seen.
    private const string Mark = "alheia";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IEnumerable<(string Pattern, string Method, Access Access)> Routes => server.Routes
        .Where(r => r.RoutePattern.RawText!.StartsWith("/v1", StringComparison.Ordinal))
        .SelectMany(
            r => r.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods,
            (r, method) => (r.RoutePattern.RawText!.TrimEnd('/'), method, r.Metadata.GetMetadata<Access>()!));

    [Fact]
    public async Task Another_institutions_things_are_found_by_no_route_and_no_cursor_and_stay_as_they_are()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Stop);
        receiver.Answer = EchoAsync;
        using var theirs = await server.NewInstitutionAsync($"Escola {Mark}");
        using var ours = await server.NewInstitutionAsync();
        var things = await FillAsync(theirs, receiver.Url);
        var before = await SnapshotAsync(things.InstitutionId);

        foreach (var (pattern, method, _) in Routes)
        {
            var named = Parameter().IsMatch(pattern);
            foreach (var query in named ? [""] : await QueriesAsync(theirs, pattern, method, things))
            {
                var path = Parameter().Replace(pattern, match => things.IdFor(pattern, match.Value)) + query;
                var answer = await ours.SendAsync(new HttpMethod(method), path, method == "GET" ? null : JsonContent.Create(new { }));
                Assert.False(answer.Text.Contains(Mark, StringComparison.Ordinal), $"{method} {path} shows {answer.Text}");
                Assert.DoesNotContain(things.Secrets, secret => answer.Text.Contains(secret, StringComparison.Ordinal));
                if (named && !pattern.StartsWith("/v1/event-types/", StringComparison.Ordinal))
                {
                    Assert.True(
                        answer.Status == HttpStatusCode.NotFound || IsOperators(pattern),
                        $"{method} {path} answered {answer.Status}: {answer.Text}");
                }
            }
        }

        Assert.Equal(before, await SnapshotAsync(things.InstitutionId));
    }

    [Fact]
    public async Task No_route_opens_without_a_key_nor_with_one_that_is_unknown_or_revoked()
    {
        using var owner = await server.NewInstitutionAsync();
        var made = (await owner.PostAsync("/v1/api-keys", new { name = "old", scopes = ScopeNames.Format(Scopes.All) }))
            .Ok(HttpStatusCode.Created);
        Assert.Equal(HttpStatusCode.NoContent, (await owner.DeleteAsync($"/v1/api-keys/{Id(made)}")).Status);
        foreach (var key in new[] { null, "sk_unknown", "", made.GetProperty("key").GetString() })
        {
            using var client = server.Client(key);
            foreach (var (pattern, method, _) in Routes)
            {
                var answer = (await CallAsync(client, method, pattern)).Is(HttpStatusCode.Unauthorized, "unauthorized");
                Assert.StartsWith("Bearer", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Each_route_opens_to_exactly_the_scopes_that_it_names()
    {
        using var owner = await server.NewInstitutionAsync();
        foreach (var scope in new[] { Scopes.EventsWrite, Scopes.WebhooksManage, Scopes.LearningManage, Scopes.Read })
        {
            var made = (await owner.PostAsync("/v1/api-keys", new { name = "one", scopes = ScopeNames.Format(scope) }))
                .Ok(HttpStatusCode.Created);
            using var client = server.Client(made.GetProperty("key").GetString());
            foreach (var (pattern, method, access) in Routes)
            {
                var answer = await CallAsync(client, method, pattern);
                if (access.AnyOf.HasFlag(scope))
                    Assert.True(answer.Status != HttpStatusCode.Forbidden, $"{method} {pattern} refuses {scope}.");
                else
                    Assert.Contains("insufficient_scope", ChallengeOf(answer), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task The_operators_key_opens_what_is_the_operators_and_nothing_else()
    {
        using var operators = server.Client(ApiServer.OperatorKey);
        foreach (var (pattern, method, access) in Routes)
        {
            var answer = await CallAsync(operators, method, pattern);
            Assert.True(access.Operator != (answer.Status == HttpStatusCode.Forbidden), $"{method} {pattern} answered {answer.Status}.");
        }
    }

    [Fact]
    public void Every_route_says_who_may_call_it() =>
        Assert.DoesNotContain(Routes, r => r.Access is null || r.Access == new Access(Scopes.None));

    private static string ChallengeOf(Answer refused) => refused.Is(HttpStatusCode.Forbidden, "forbidden").Headers["WWW-Authenticate"];

    private bool IsOperators(string pattern) => Routes.Any(r => r.Pattern == pattern && r.Access is { AnyOf: Scopes.None, Operator: true });

    private static Task<Answer> CallAsync(ApiClient client, string method, string pattern) => client.SendAsync(
        new HttpMethod(method), Parameter().Replace(pattern, "none"), method == "GET" ? null : JsonContent.Create(new { }));

    /// <summary>The queries that a list is asked with: none, the other institution's own cursor, and its id.</summary>
    private static async Task<string[]> QueriesAsync(ApiClient theirs, string pattern, string method, Things things)
    {
        if (method != "GET")
            return ["", $"?institution_id={things.InstitutionId}"];
        var page = await theirs.GetAsync(pattern + "?limit=1");
        var cursor = page.Status == HttpStatusCode.OK && page.MediaType == "application/json"
            && page.Body.TryGetProperty("next_cursor", out var next)
            ? next.GetString() : null;
        return ["", $"?institution_id={things.InstitutionId}", .. cursor is null ? Array.Empty<string>() : [$"?limit=1&cursor={cursor}"]];
    }

    /// <summary>Gives an institution some of everything.</summary>
    private async Task<Things> FillAsync(ApiClient theirs, Uri receiver)
    {
        var endpoint = (await theirs.PostAsync("/v1/endpoints",
            new { url = $"{receiver}/{Mark}", description = Mark, headers = new { x = Mark } })).Ok(HttpStatusCode.Created);
        (await theirs.PostAsync("/v1/endpoints", new { url = $"{receiver}/{Mark}/2" })).Ok(HttpStatusCode.Created);
        var key = (await theirs.PostAsync("/v1/api-keys", new { name = Mark, scopes = new[] { "read" } })).Ok(HttpStatusCode.Created);
        var published = default(JsonElement);
        for (var i = 1; i <= 2; i++)
        {
            var data = Samples.Enrollment(i);
            data["user"]!["name"] = Mark;
            published = (await theirs.PostAsync("/v1/events", new { type = EventTypes.CourseEnrollment.Slug, data, learner = Mark }))
                .Ok(HttpStatusCode.Accepted);
        }

        var institution = await Samples.InstitutionOfAsync(server, published);
        await Eventually.TrueAsync(
            async () => await server.CountAsync(
                "select count(*) from attempts where institution_id = $1 and cause = 'event'", institution) == 4, Stop);
        await Eventually.TrueAsync(
            async () => await server.CountAsync(
                "select coalesce(sum(delivered), 0)::bigint from endpoint_minutes where institution_id = $1", institution) == 4, Stop);
        var delivery = (await theirs.GetAsync("/v1/deliveries?limit=1")).Ok().GetProperty("data")[0];
        return new Things(
            institution, Id(endpoint), Id(key), Id(published), Id(delivery), await ReplayAsync(theirs, endpoint, institution),
            await FillCampusAsync(theirs, institution),
            [endpoint.GetProperty("secret").GetString()!, key.GetProperty("key").GetString()!]);
    }

    /// <summary>Two of everything that a campus has; one's id each, by the path it is under.</summary>
    private async Task<Dictionary<string, string>> FillCampusAsync(ApiClient theirs, long institution)
    {
        var ids = new Dictionary<string, string>();
        var course = await server.AddCourseAsync(institution, Mark);
        for (var i = 0; i < 2; i++)
        {
            var user = await MakeAsync("users", new { name = Mark, email = $"{i}@{Mark}.example", cpf = "529.982.247-25", nickname = Mark });
            var school = await MakeAsync("schools", new { name = Mark, manager_ids = new[] { user } });
            await MakeAsync("certificate-templates", new { name = Mark, title = Mark, text = Mark });
            var file = await theirs.PostBytesAsync($"/v1/files?name={Mark}", Samples.Pdf, "application/pdf");
            ids["files"] = Id(file.Ok(HttpStatusCode.Created));
            await MakeAsync("courses", new { school_id = school, name = Mark, description = Mark });
            await MakeAsync("lessons", new { title = Mark }, within: $"courses/{ids["courses"]}/");
            await MakeAsync("contents", new { kind = "text", title = Mark, body = Mark }, within: $"lessons/{ids["lessons"]}/");
            await MakeAsync("trails", new { name = Mark, status = "published", items = new[] { new { course_id = course } } });
            await MakeAsync("classes", new { course_id = course, name = Mark, starts_on = "2026-03-01" });
            long[] users = [user, await server.AddUserAsync(institution, Mark)];
            foreach (var joining in users)
                (await theirs.PostAsync($"/v1/trails/{ids["trails"]}/participants", new { user_id = joining })).Ok();
            (await theirs.PostAsync($"/v1/classes/{ids["classes"]}/students", new { user_ids = users })).Ok();
            var import = await theirs.PostTextAsync("/v1/imports?kind=users", $"name,email,cpf\n{Mark},{Mark},{Mark}\n", "text/csv");
            ids["imports"] = import.Ok(HttpStatusCode.Accepted).GetProperty("id").GetInt64().ToString(CultureInfo.InvariantCulture);
        }

        await Eventually.TrueAsync(
            async () => await server.CountAsync(
                "select count(*) from imports where institution_id = $1 and finished_at is null", institution) == 0, Stop);

        var template = long.Parse(ids["certificate-templates"], CultureInfo.InvariantCulture);
        (await theirs.PatchAsync($"/v1/courses/{course}", new { certificate_template_id = template })).Ok();
        var content = await server.CountAsync("select id from contents where course_id = $1", course);
        foreach (var enrollment in (await theirs.GetAsync($"/v1/enrollments?course_id={course}")).Ok().GetProperty("data").EnumerateArray())
        {
            ids["enrollments"] = enrollment.GetProperty("id").GetInt64().ToString(CultureInfo.InvariantCulture);
            (await theirs.PostAsync($"/v1/enrollments/{ids["enrollments"]}/completions", new { content_id = content, answer = Mark }))
                .Ok(HttpStatusCode.Created);
            var viewed = (await theirs.PostAsync($"/v1/enrollments/{ids["enrollments"]}/certificate")).Ok(HttpStatusCode.Created);
            ids["certificates"] = viewed.GetProperty("code").GetString()!;
        }

        await AllDeliveredAsync(institution);

        return ids;

        async Task<long> MakeAsync(string list, object body, string within = "")
        {
            var id = (await theirs.PostAsync($"/v1/{within}{list}", body)).Ok(HttpStatusCode.Created).GetProperty("id").GetInt64();
            ids[list] = id.ToString(CultureInfo.InvariantCulture);
            return id;
        }
    }

    /// <summary>What stands of an institution stands still once all its deliveries are concluded and counted.</summary>
    private Task AllDeliveredAsync(long institution) => Eventually.TrueAsync(
        async () => await server.CountAsync(
            """
            select (select count(*) from unconcluded_deliveries where institution_id = $1)
                + (select count(*) from attempts where institution_id = $1 and cause = 'event')
                - (select coalesce(sum(delivered), 0)::bigint from endpoint_minutes where institution_id = $1)
            """, institution) == 0, Stop);

    /// <summary>Two replays that are over; one's id.</summary>
    private async Task<string> ReplayAsync(ApiClient theirs, JsonElement endpoint, long institution)
    {
        var replay = default(JsonElement);
        for (var i = 0; i < 2; i++)
        {
            var nothing = new { endpoint_id = Id(endpoint), from = "2999-01-01T00:00:00Z" };
            replay = (await theirs.PostAsync("/v1/replays", nothing)).Ok(HttpStatusCode.Created);
        }

        await Eventually.TrueAsync(
            async () => await server.CountAsync(
                "select count(*) from replays where institution_id = $1 and finished_at is not null", institution) == 2, Stop);
        return Id(replay);
    }

    /// <summary>All that the database has of an institution.</summary>
    private async Task<Dictionary<string, string>> SnapshotAsync(long institution)
    {
        var snapshot = new Dictionary<string, string>();
        foreach (var table in await TablesAsync())
        {
            var column = table == "institutions" ? "id" : "institution_id";
            await using var command = server.Database.CreateCommand(
                $"select coalesce(string_agg(t::text, E'\\n' order by t::text), '') from {table} t where {column} = $1");
            command.Parameters.AddWithValue(institution);
            snapshot[table] = (string)(await command.ExecuteScalarAsync(Stop))!;
        }

        return snapshot;
    }

    private async Task<List<string>> TablesAsync()
    {
        await using var command = server.Database.CreateCommand(
            """
            select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
            where c.relkind in ('r', 'p') and not c.relispartition and a.attname = 'institution_id'
            """);
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var tables = new List<string> { "institutions" };
        while (await reader.ReadAsync(Stop))
            tables.Add(reader.GetString(0));
        return tables;
    }

    internal static async Task EchoAsync(ReceivedRequest request, HttpContext context)
    {
        if (request.Headers["sineta-event"] == "webhooks.endpoint.verification")
            await context.Response.WriteAsync(
                JsonElement.Parse(request.Body).GetProperty("data").GetProperty("challenge").GetString()!, Stop);
    }

    private static string Id(JsonElement body) => body.GetProperty("id").GetString()!;

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    /// <summary>What the other institution has: an id for each parameter of each route.</summary>
    private sealed record Things(
        long InstitutionId, string EndpointId, string ApiKeyId, string EventId, string DeliveryId, string ReplayId,
        IReadOnlyDictionary<string, string> Campus, string[] Secrets)
    {
        public string IdFor(string pattern, string parameter) =>
            IdIn(parameter switch { "{user_id}" => "users", "{content_id}" => "contents", _ => pattern.Split('/')[2] })
            ?? throw new InvalidOperationException(
                $"Say here what {parameter} of {pattern} is, so that it is walked with another institution's.");

        private string? IdIn(string list) => list switch
        {
            "institutions" => InstitutionId.ToString(CultureInfo.InvariantCulture),
            "endpoints" => EndpointId,
            "api-keys" => ApiKeyId,
            "events" => EventId,
            "deliveries" => DeliveryId,
            "replays" => ReplayId,
            "event-types" => EventTypes.CourseEnrollment.Slug,
            _ => Campus.GetValueOrDefault(list),
        };
    }
}
