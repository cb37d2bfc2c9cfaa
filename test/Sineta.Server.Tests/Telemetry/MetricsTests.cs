using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sineta.Events;
using Sineta.Server.Tests.Api;
using Sineta.Testing;

namespace Sineta.Server.Tests.Telemetry;

public sealed class MetricsTests(ApiServer server, Postgres postgres) : IClassFixture<ApiServer>
{
    private const string Delivered = "sineta_attempts_total{outcome=\"delivered\"}";
    private const string Timed = "sineta_attempt_duration_seconds_count{outcome=\"delivered\"}";

    private const string Overdue = "sineta_deliveries_overdue_seconds";

    private const string InMemory = "sineta_deliveries_in_memory";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_events_are_delivered_the_counters_say_how_many()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Stop);
        receiver.Answer = EchoAsync;
        using var client = await server.NewInstitutionAsync();
        var endpoint = (await client.PostAsync("/v1/endpoints", new { url = receiver.Url })).Ok(HttpStatusCode.Created);
        var path = $"/v1/endpoints/{endpoint.GetProperty("id").GetString()}";
        await Eventually.TrueAsync(async () => (await client.GetAsync(path)).Ok().GetProperty("status").GetString() == "active", Stop);
        var before = await ReadAsync();

        for (var i = 1; i <= 3; i++)
            (await PublishAsync(client, i)).Ok(HttpStatusCode.Accepted);
        (await PublishAsync(client, 1)).Ok();
        await Eventually.TrueAsync(async () => (await ReadAsync())[Delivered] >= before[Delivered] + 3, Stop);
        await Eventually.TrueAsync(async () => (await ReadAsync())[InMemory] == 0, Stop);

        var after = await ReadAsync();
        Assert.Equal(3, after["sineta_events_accepted_total"] - before["sineta_events_accepted_total"]);
        Assert.Equal(3, after[Delivered] - before[Delivered]);
        Assert.Equal(3, after[Timed] - before[Timed]);
        Assert.True(after.Has(InMemory));
        Assert.True(after["dotnet_process_memory_working_set_bytes"] > 0);
        Assert.Equal("counter", after.Types["dotnet_gc_collections_total"]);
    }

    [Fact]
    public async Task What_no_server_takes_up_is_overdue_and_the_lease_and_the_endpoints_are_told_too()
    {
        var release = new TaskCompletionSource();
        await using var receiver = await RecordingReceiver.StartAsync(Stop);
        receiver.Answer = async (request, context) =>
        {
            if (request.Headers["sineta-event"] != EventTypes.CourseEnrollment.Slug)
                await EchoAsync(request, context);
            else
                await release.Task;
        };
        await using var own = new ApiServer(postgres) { Settings = ["--Delivery:LaneQueuePerFlight", "1", "--Delivery:RoomPatience", "00:00:00"] };
        await own.InitializeAsync();
        using var client = await own.NewInstitutionAsync();
        (await client.PostAsync("/v1/endpoints", new { url = receiver.Url, max_in_flight = 1, timeout_seconds = 30 })).Ok(HttpStatusCode.Created);
        await Eventually.TrueAsync(async () => (await ReadAsync(own))["sineta_endpoints{status=\"active\"}"] == 1, Stop);
        Assert.Equal(1, (await ReadAsync(own))["sineta_lease_held"]);
        Assert.Equal(0, (await ReadAsync(own))[Overdue]);

        for (var i = 1; i <= 5; i++)
            (await PublishAsync(client, i)).Ok(HttpStatusCode.Accepted);
        await Eventually.TrueAsync(async () => (await ReadAsync(own))[Overdue] > 0, Stop);
        release.SetResult();

        await Eventually.TrueAsync(async () => (await ReadAsync(own))[Overdue] == 0, Stop);
    }

    [Fact]
    public async Task Statements_are_counted_and_copies_too()
    {
        await ExecuteAsync("create table copied (n int)");
        var before = await ReadAsync();

        await using var connection = await server.Database.OpenConnectionAsync(Stop);
        for (var i = 0; i < 300; i++)
        {
            await using var copy = await connection.BeginTextImportAsync("copy copied from stdin", Stop);
        }

        var copied = await ReadAsync();
        Assert.True(copied["sineta_sql_statements_total"] - before["sineta_sql_statements_total"] >= 300);
    }

    [Fact]
    public async Task Without_a_key_they_are_shown_to_this_machine_only()
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        Assert.Equal(HttpStatusCode.OK, await AskAsync(http, key: null, forwarded: false));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(http, key: null, forwarded: true));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(http, ApiServer.OperatorKey, forwarded: true));
        using var institution = await server.NewInstitutionAsync();
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(http, institution.Key, forwarded: true));
    }

    [Fact]
    public async Task They_are_sent_by_OTLP_where_its_endpoint_is_set()
    {
        await using var collector = await RecordingReceiver.StartAsync(Stop);
        var exporting = new ApiServer(postgres)
        {
            Settings = ["--OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url.ToString(), "--OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"],
        };
        await using (exporting)
        {
            await exporting.InitializeAsync();
        }

        var sent = string.Concat(collector.Received.Select(static r => Encoding.UTF8.GetString(r.Body)));
        Assert.All(collector.Received, static r => Assert.Equal("/hooks/v1/metrics", r.Path));
        Assert.Contains("sineta.sql.statements", sent, StringComparison.Ordinal);
        Assert.Contains("sineta.deliveries.in_memory", sent, StringComparison.Ordinal);
        Assert.Contains("dotnet.gc.collections", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("http.client", sent, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> AskAsync(HttpClient http, string? key, bool forwarded)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        if (forwarded)
            request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        using var answer = await http.SendAsync(request, Stop);
        return answer.StatusCode;
    }

    private static Task<Answer> PublishAsync(ApiClient client, int enrollment) =>
        client.PostAsync("/v1/events", new { type = EventTypes.CourseEnrollment.Slug, data = Samples.Enrollment(enrollment) });

    private static async Task EchoAsync(ReceivedRequest request, HttpContext context)
    {
        if (request.Headers["sineta-event"] != "webhooks.endpoint.verification")
            return;
        var challenge = JsonElement.Parse(request.Body).GetProperty("data").GetProperty("challenge").GetString()!;
        await context.Response.WriteAsync(challenge, Stop);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = server.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Stop);
    }

    private Task<Exposition> ReadAsync() => ReadAsync(server);

    private static async Task<Exposition> ReadAsync(ApiServer server)
    {
        using var anybody = server.Client();
        var answer = await anybody.GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Headers["Content-Type"]);
        return Exposition.Parse(answer.Text);
    }
}
