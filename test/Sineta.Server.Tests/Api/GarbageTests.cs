using System.Collections.Concurrent;
using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Routing;
using Sineta.Delivery.Storage;
using Sineta.Events;

namespace Sineta.Server.Tests.Api;

public sealed class GarbageTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(600);

    private static readonly string[] Submissions = [.. EventTypes.All.Select(Garbage.Submission)];

    [Fact]
    public async Task Whatever_is_published_is_stored_as_its_contract_says_or_refused_and_not_stored()
    {
        using var client = await server.NewInstitutionAsync();
        var accepted = new ConcurrentDictionary<string, bool>();
        var bodies = Garbage.Around(Submissions);
        Prop.ForAll(bodies.ToArbitrary(), async body =>
        {
            var answer = await client.PostBytesAsync("/v1/events", body);
            if (answer.Status is HttpStatusCode.Accepted or HttpStatusCode.OK)
                accepted[answer.Body.GetProperty("id").GetString()!] = true;
            else
                AssertRefused(answer, body);
        }).Check(Many);
        Prop.ForAll(bodies.ListOf().ToArbitrary(), async items =>
        {
            var batch = Join(items);
            var answer = await client.PostBytesAsync("/v1/events/batch", batch);
            if (answer.Status != HttpStatusCode.OK)
                AssertRefused(answer, batch);
            else
                foreach (var result in answer.Body.GetProperty("results").EnumerateArray().Where(r => r.TryGetProperty("id", out _)))
                    accepted[result.GetProperty("id").GetString()!] = true;
        }).Check(Many);
        await AssertStoredAsync(client, accepted.Keys);
    }

    [Fact]
    public async Task Whatever_is_sent_to_whichever_route_it_is_answered_and_never_our_fault()
    {
        using var client = await server.NewInstitutionAsync();
        var routes = server.Routes.Where(r => r.RoutePattern.RawText!.StartsWith("/v1/", StringComparison.Ordinal))
            .SelectMany(r => r.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods,
                (r, method) => (Pattern: r.RoutePattern.RawText!, Method: method));
        string[] right =
        [
            .. Submissions, """{"name":"a","scopes":["read","events:write"],"time_zone":"America/Sao_Paulo"}""",
            """{"url":"http://127.0.0.1:1/","event_types":[],"headers":{"A":"b"},"retry_schedule":[1],"rate_per_second":1,"cpf":"full"}""",
            """{"name":"a","email":"a@b","cpf":"529.982.247-25","role":"learner","manager_ids":[1],"nickname":null,"uuid":null}""",
            """{"school_id":1,"name":"a","workload_hours":1,"status":"draft","cover_id":"file_0","title":"a","text":"{name}","approval_rate":1.5}""",
            """{"kind":"quiz","title":"a","position":1,"starts_at":"2026-03-10T12:00:00Z","questions":[{"kind":"single","options":["a"]}]}""",
            """{"challenge":"a","overlap_hours":1,"type":"activities.trail.completed"}""",
        ];
        var ids = Gen.Elements("ep_", "ep_00000000000000000000000000000000", "x", "evt_0", "1", "9223372036854775808",
            "file_00000000000000000000000000000000", "%F0%9F%94%94", "..%2F", new string('a', 3_000));
        var queries = Gen.Elements(
            "", "?limit=-1", "?limit=1&limit=2", "?cursor=AAAA", "?cursor=%00", "?name=%00", "?search=%25%00",
            "?confirm_completions=a", "?x", "?limit=99999999999", "?institution_id=1");
        var requests =
            from route in Gen.Elements(routes)
            from id in ids
            from query in queries
            from body in Garbage.Around(right)
            select (route, Path: System.Text.RegularExpressions.Regex.Replace(route.Pattern, @"\{\w+\}", id) + query, body);

        Prop.ForAll(requests.ToArbitrary(), async request =>
        {
            using var content = new ByteArrayContent(request.body);
            content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
            var answer = await client.SendAsync(new HttpMethod(request.route.Method), request.Path, content);
            Assert.True(
                (int)answer.Status < 500, $"{request.route.Method} {request.Path} {Encoding.UTF8.GetString(request.body)}: {answer.Text}");
            if ((int)answer.Status >= 400)
                Assert.Equal("application/problem+json", answer.MediaType);
        }).Check(Many);
    }

    private static void AssertRefused(Answer answer, byte[] body)
    {
        Assert.True(
            answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity,
            $"{answer.Status} for {Encoding.UTF8.GetString(body)}: {answer.Text}");
        Assert.Equal("application/problem+json", answer.MediaType);
    }

    private async Task AssertStoredAsync(ApiClient client, ICollection<string> accepted)
    {
        var one = (await client.PostTextAsync("/v1/events", Submissions[0].Replace("\"k\"", "\"last\"", StringComparison.Ordinal)))
            .Ok(HttpStatusCode.Accepted);
        var institution = await Samples.InstitutionOfAsync(server, one);
        await using var command =
            server.Database.CreateCommand("select id, slug, body from events where institution_id = $1 and dedupe_key <> 'last'");
        command.Parameters.AddWithValue(institution);
        await using var row = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var stored = new List<string>();
        while (await row.ReadAsync(TestContext.Current.CancellationToken))
        {
            stored.Add(PublicId.Format(PublicId.Event, row.GetGuid(0)));
            var reading = Assert.IsType<EventReading.Accepted>(EventReader.ReadBody(row.GetFieldValue<byte[]>(2)));
            Assert.Equal(row.GetString(1), reading.Document.Type.Slug);
        }

        Assert.NotEmpty(stored);
        Assert.Equal(accepted.Order(StringComparer.Ordinal), stored.Order(StringComparer.Ordinal));
    }

    private static byte[] Join(IEnumerable<byte[]> items)
    {
        var batch = new List<byte>("{\"events\":["u8.ToArray());
        foreach (var item in items)
            batch.AddRange([.. item, (byte)',']);
        if (batch[^1] == ',')
            batch.RemoveAt(batch.Count - 1);
        return [.. batch, .. "]}"u8];
    }
}
