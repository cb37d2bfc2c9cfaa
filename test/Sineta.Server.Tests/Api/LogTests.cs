using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sineta.Events;
using Sineta.Testing;

namespace Sineta.Server.Tests.Api;

public sealed class LogTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static readonly string Cpf = (string)Samples.DataOf(EventTypes.CourseEnrollment)["user"]!["cpf"]!;
    private static readonly string BareCpf = string.Concat(Cpf.Where(char.IsAsciiDigit));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_published_event_is_found_with_its_body_its_deliveries_and_their_attempts()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Stop);
        receiver.Answer = EchoAsync;
        using var client = await server.NewInstitutionAsync();
        var endpoint = await MakeEndpointAsync(client, receiver.Url);
        var published = (await PublishAsync(client, 1)).GetProperty("id").GetString()!;

        var delivery = await DeliveredAsync(client, published);
        var happened = (await client.GetAsync($"/v1/events/{published}")).Ok();
        var detail = (await client.GetAsync($"/v1/deliveries/{Id(delivery)}")).Ok();

        Assert.Equal(
            JsonElement.Parse(await Samples.StoredAsync(server, published)).GetRawText(), happened.GetProperty("body").GetRawText());
        Assert.Equal(Id(delivery), Id(Assert.Single(happened.GetProperty("deliveries").EnumerateArray())));
        Assert.Equal((endpoint, published, "delivered"), (Text(detail, "endpoint_id"), Text(detail, "event_id"), Text(detail, "status")));
        Assert.Equal(1, detail.GetProperty("attempt_count").GetInt32());
        var attempt = Assert.Single(detail.GetProperty("attempts").EnumerateArray());
        var sent = receiver.Received.Single(r => r.WebhookId == published);
        Assert.Equal(System.Text.Encoding.UTF8.GetString(sent.Body), attempt.GetProperty("request").GetProperty("body").GetString());
        Assert.Contains(
            attempt.GetProperty("request").GetProperty("headers").EnumerateArray(),
            h => Text(h, "name") == "webhook-signature" && Text(h, "value") == sent.Headers["webhook-signature"]);
        Assert.Equal(200, attempt.GetProperty("response").GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task A_handshake_is_on_record_like_every_call_but_for_what_the_receiver_answered()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Stop);
        receiver.Answer = (_, http) => http.Response.WriteAsync("no idea");
        using var client = await server.NewInstitutionAsync();
        var made = (await client.PostAsync("/v1/endpoints", new { url = receiver.Url })).Ok(HttpStatusCode.Created);

        var listed = (await client.GetAsync($"/v1/deliveries?type=webhooks.endpoint.verification&endpoint={Id(made)}")).Ok();
        var handshake = Assert.Single(listed.GetProperty("data").EnumerateArray());
        var call = Assert.Single((await client.GetAsync($"/v1/deliveries/{Id(handshake)}")).Ok().GetProperty("attempts").EnumerateArray());

        Assert.Equal(("verification", "failed"), (Text(handshake, "cause"), Text(handshake, "status")));
        Assert.Equal(Text(made.GetProperty("verification"), "problem"), Text(handshake.GetProperty("last_attempt"), "problem"));
        Assert.Equal((200, ""), (call.GetProperty("response").GetProperty("status").GetInt32(), Text(call.GetProperty("response"), "body")));
        var again = (await client.PostAsync($"/v1/deliveries/{Id(handshake)}/resend")).Is(HttpStatusCode.Conflict, "conflict");
        Assert.Contains("verify the endpoint", again.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_values_of_an_endpoints_own_headers_are_shown_only_to_keys_that_may_change_them()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Stop);
        receiver.Answer = EchoAsync;
        using var client = await server.NewInstitutionAsync();
        await MakeEndpointAsync(client, receiver.Url, new { authorization = "Bearer s3cret" });
        var delivery = await DeliveredAsync(client, (await PublishAsync(client, 1)).GetProperty("id").GetString()!);
        var made = (await client.PostAsync("/v1/api-keys", new { name = "reader", scopes = new[] { "read" } })).Ok(HttpStatusCode.Created);
        using var reader = server.Client(Text(made, "key"));

        Assert.Contains("Bearer s3cret", (await client.GetAsync($"/v1/deliveries/{Id(delivery)}")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", (await reader.GetAsync($"/v1/deliveries/{Id(delivery)}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_only_read_see_no_CPF_of_what_was_sent_nor_of_what_came_back_and_are_told_so()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Stop);
        receiver.Answer = (request, http) => request.Headers["sineta-event"] == EndpointVerification.SlugText
            ? EchoAsync(request, http)
            : http.Response.WriteAsync($"{System.Text.Encoding.UTF8.GetString(request.Body)} {Cpf} {BareCpf}", Stop);
        using var client = await server.NewInstitutionAsync();
        await MakeEndpointAsync(client, receiver.Url);
        var published = (await PublishAsync(client, 1)).GetProperty("id").GetString()!;
        string[] paths = [$"/v1/events/{published}", $"/v1/deliveries/{Id(await DeliveredAsync(client, published))}"];

        foreach (var (scopes, sees) in new[]
        {
            (new[] { "read" }, false), (["read", "events:write"], true), (["webhooks:manage"], true), (["read", "learning:manage"], true),
        })
        {
            var made = (await client.PostAsync("/v1/api-keys", new { name = "one", scopes })).Ok(HttpStatusCode.Created);
            using var caller = server.Client(Text(made, "key"));
            foreach (var path in paths)
            {
                var text = (await caller.GetAsync(path)).Text;
                Assert.Equal(sees, text.Contains(Cpf, StringComparison.Ordinal));
                Assert.Equal(!sees, text.Contains("XXX.XXX.XXX-XX", StringComparison.Ordinal));
                if (!sees)
                    Assert.DoesNotContain(BareCpf, text, StringComparison.Ordinal);
            }

            var request = (await caller.GetAsync(paths[1])).Ok().GetProperty("attempts")[0].GetProperty("request");
            Assert.Equal(!sees, request.GetProperty("cpf_masked").GetBoolean());
        }
    }

    [Fact]
    public async Task What_the_endpoint_asked_to_be_masked_is_shown_as_it_was_sent()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Stop);
        receiver.Answer = EchoAsync;
        using var client = await server.NewInstitutionAsync();
        (await client.PostAsync("/v1/endpoints", new { url = receiver.Url, cpf = "masked" })).Ok(HttpStatusCode.Created);
        var delivery = await DeliveredAsync(client, (await PublishAsync(client, 1)).GetProperty("id").GetString()!);
        var made = (await client.PostAsync("/v1/api-keys", new { name = "reader", scopes = new[] { "read" } })).Ok(HttpStatusCode.Created);
        using var reader = server.Client(Text(made, "key"));

        var request = (await reader.GetAsync($"/v1/deliveries/{Id(delivery)}")).Ok().GetProperty("attempts")[0].GetProperty("request");

        Assert.Contains("XXX.XXX.XXX-XX", Text(request, "body"), StringComparison.Ordinal);
        Assert.False(request.GetProperty("cpf_masked").GetBoolean());
    }

    [Fact]
    public async Task Cursors_lead_through_all_of_a_list_and_open_no_other()
    {
        using var client = await server.NewInstitutionAsync();
        for (var i = 1; i <= 5; i++)
            await PublishAsync(client, i);
        var first = (await client.GetAsync("/v1/events?limit=2")).Ok();
        var cursor = Text(first, "next_cursor");
        var second = (await client.GetAsync($"/v1/events?limit=2&cursor={cursor}")).Ok();
        var third = (await client.GetAsync($"/v1/events?limit=2&cursor={Text(second, "next_cursor")}")).Ok();

        var all = new[] { first, second, third }.SelectMany(p => p.GetProperty("data").EnumerateArray()).Select(Id).ToArray();
        Assert.Equal(5, all.Distinct().Count());
        Assert.Equal(all.OrderDescending(StringComparer.Ordinal), all);
        Assert.Equal(JsonValueKind.Null, third.GetProperty("next_cursor").ValueKind);
        foreach (var other in new[] { $"/v1/deliveries?cursor={cursor}", $"/v1/events?learner=a&cursor={cursor}" })
        {
            var refusal = (await client.GetAsync(other)).Is(HttpStatusCode.BadRequest, "invalid-request");
            Assert.StartsWith("?cursor: ", Assert.Single(refusal.Errors), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_query_is_refused_with_every_fault_it_has()
    {
        using var client = await server.NewInstitutionAsync();

        var answer = await client.GetAsync(
            "/v1/deliveries?endpoint=evt_1&event=x&type=none&status=lost&learner=%00&from=yesterday&to=0001-01-01T00:00:00Z"
            + "&limit=0&color=red&cursor=?");

        string[] faulty = ["endpoint", "event", "type", "status", "learner", "from", "to", "limit", "cursor", "color"];
        var errors = answer.Is(HttpStatusCode.BadRequest, "invalid-request").Errors;
        Assert.Equal(faulty.Select(f => $"?{f}").Order(), errors.Select(e => e.Split(':')[0]).Order());
    }

    [Fact]
    public async Task An_export_has_every_row_as_lines_of_JSON_or_as_CSV()
    {
        using var client = await server.NewInstitutionAsync();
        await using var receiver = await RecordingReceiver.StartAsync(Stop);
        receiver.Answer = EchoAsync;
        await MakeEndpointAsync(client, receiver.Url);
        for (var i = 1; i <= 3; i++)
            await PublishAsync(client, i, learner: "=cmd|'/c calc'!A1, \"ação\"");

        var lines = (await client.GetAsync("/v1/deliveries/export")).Text.TrimEnd('\n').Split('\n');
        var csv = await client.GetAsync("/v1/deliveries/export?format=csv&type=activities.course.enrollment");

        var listed = (await client.GetAsync("/v1/deliveries")).Ok().GetProperty("data").EnumerateArray().Select(Id).ToArray();
        Assert.Equal(1 + 3, listed.Length); // the handshake is a call too
        Assert.Equal(listed, lines.Select(l => Id(JsonElement.Parse(l))));
        Assert.Equal("text/csv", csv.MediaType);
        var rows = csv.Text.TrimEnd().Split("\r\n");
        Assert.StartsWith("id,event_id,endpoint_id,type,learner,", rows[0], StringComparison.Ordinal);
        Assert.Equal(4, rows.Length);
        Assert.All(rows[1..], r => Assert.Contains(",\"'=cmd|'/c calc'!A1, \"\"ação\"\"\",", r, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_endpoints_stats_count_what_was_tried()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Stop);
        receiver.Answer = EchoAsync;
        using var client = await server.NewInstitutionAsync();
        var endpoint = await MakeEndpointAsync(client, receiver.Url);
        await DeliveredAsync(client, (await PublishAsync(client, 1)).GetProperty("id").GetString()!);

        var stats = default(JsonElement);
        await Eventually.TrueAsync(
            async () =>
            {
                stats = (await client.GetAsync($"/v1/endpoints/{endpoint}/stats?window=day")).Ok();
                return stats.GetProperty("attempts").GetInt32() > 0;
            }, Stop);

        Assert.Equal((1, 1.0), (stats.GetProperty("delivered").GetInt32(), stats.GetProperty("success_rate").GetDouble()));
        Assert.True(stats.GetProperty("latency_ms").GetProperty("p50").GetDouble() > 0);
        Assert.Equal(1, stats.GetProperty("series").EnumerateArray().Sum(p => p.GetProperty("delivered").GetInt32()));
        (await client.GetAsync($"/v1/endpoints/{endpoint}/stats?window=year")).Is(HttpStatusCode.BadRequest, "invalid-request");
    }

    private static async Task<string> MakeEndpointAsync(ApiClient client, Uri url, object? headers = null) =>
        Text((await client.PostAsync("/v1/endpoints", new { url, headers = headers ?? new { } })).Ok(HttpStatusCode.Created), "id");

    private static async Task<JsonElement> PublishAsync(ApiClient client, int enrollment, string learner = "ana") =>
        (await client.PostAsync(
            "/v1/events", new { type = EventTypes.CourseEnrollment.Slug, data = Samples.Enrollment(enrollment), learner }))
        .Ok(HttpStatusCode.Accepted);

    private static async Task<JsonElement> DeliveredAsync(ApiClient client, string eventId)
    {
        var found = default(JsonElement);
        await Eventually.TrueAsync(
            async () =>
            {
                var page = (await client.GetAsync($"/v1/deliveries?event={eventId}&status=delivered")).Ok();
                found = page.GetProperty("data").EnumerateArray().FirstOrDefault();
                return found.ValueKind == JsonValueKind.Object;
            }, Stop);
        return found;
    }

    private static async Task EchoAsync(ReceivedRequest request, HttpContext context)
    {
        if (request.Headers["sineta-event"] == EndpointVerification.SlugText)
            await context.Response.WriteAsync(Text(JsonElement.Parse(request.Body).GetProperty("data"), "challenge"), Stop);
    }

    private static string Id(JsonElement thing) => Text(thing, "id");

    private static string Text(JsonElement thing, string name) => thing.GetProperty(name).GetString()!;
}
