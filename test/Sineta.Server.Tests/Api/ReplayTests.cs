using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sineta.Delivery.Storage;
using Sineta.Events;
using Sineta.Testing;

namespace Sineta.Server.Tests.Api;

public sealed class ReplayTests(ApiServer server) : IClassFixture<ApiServer>, IAsyncLifetime
{
    private RecordingReceiver _receiver = null!;
    private ApiClient _client = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IEnumerable<ReceivedRequest> Arrived => _receiver.Received.Where(r => r.Headers["sineta-event"] != "webhooks.endpoint.verification");

    public async ValueTask InitializeAsync()
    {
        _receiver = await RecordingReceiver.StartAsync(Stop);
        _client = await server.NewInstitutionAsync();
        _receiver.Answer = EchoAsync;
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_new_endpoint_is_filled_after_a_count_and_the_progress_is_seen()
    {
        for (var i = 1; i <= 3; i++)
            await PublishAsync(i);
        var endpoint = Id(await MakeEndpointAsync());

        var counted = (await _client.PostAsync("/v1/replays", new { endpoint_id = endpoint, dry_run = true })).Ok();
        Assert.Equal(3, counted.GetProperty("total").GetInt64());
        Assert.Equal(0, (await _client.GetAsync("/v1/replays")).Ok().GetProperty("data").GetArrayLength());
        var started = await _client.PostAsync("/v1/replays", new { endpoint_id = endpoint, pace = 1_000 });
        var replay = started.Ok(HttpStatusCode.Created);

        Assert.Equal($"/v1/replays/{Id(replay)}", started.Headers["Location"]);
        Assert.Equal(("running", 3), (replay.GetProperty("state").GetString(), replay.GetProperty("total").GetInt64()));
        await Eventually.TrueAsync(async () => (await FindAsync(Id(replay))).GetProperty("progress").GetDouble() >= 1, Stop);
        var done = await FindAsync(Id(replay));
        Assert.Equal(("done", 3), (done.GetProperty("state").GetString(), done.GetProperty("delivered").GetInt64()));
        Assert.Equal(3, Arrived.Count());
        Assert.Equal(Id(replay), Id((await _client.GetAsync("/v1/replays")).Ok().GetProperty("data")[0]));
    }

    [Fact]
    public async Task Every_fault_of_a_replay_is_named()
    {
        var (from, to) = ("2025-03-10T09:00:00Z", "2025-03-09T09:00:00Z");
        Assert.Equal(
            ["/endpoint_id", "/types/0", "/status", "/to", "/pace"],
            await FaultsAsync(new { endpoint_id = "ep_1", types = new[] { "a.b" }, status = "open", from, to, pace = 0 }));
        Assert.Equal(["/dry_run", "/pace", "/until", "/endpoint_id"], await FaultsAsync(new { dry_run = 1, pace = "x", until = to }));
        var endpoint = Id(await MakeEndpointAsync());
        Assert.Equal(["/from", "/to"], await FaultsAsync(new { endpoint_id = endpoint, from = "yesterday", to = "" }));
        Assert.Equal(["/types"], await FaultsAsync(new { endpoint_id = endpoint, types = Array.Empty<string>() }));
    }

    [Fact]
    public async Task A_replay_that_is_held_can_be_cancelled()
    {
        var endpoint = Id(await MakeEndpointAsync());
        await PublishAsync(1);
        await Eventually.TrueAsync(() => Arrived.Count() == 1, Stop);
        (await _client.PostAsync($"/v1/endpoints/{endpoint}/pause")).Ok();
        var replay = Id((await _client.PostAsync("/v1/replays", new { endpoint_id = endpoint })).Ok(HttpStatusCode.Created));
        await Eventually.TrueAsync(async () => (await FindAsync(replay)).GetProperty("open").GetInt64() == 1, Stop);

        Assert.Equal("cancelled", (await _client.PostAsync($"/v1/replays/{replay}/cancel")).Ok().GetProperty("state").GetString());

        await Eventually.TrueAsync(async () => (await FindAsync(replay)).GetProperty("open").GetInt64() == 0, Stop);
        Assert.Single(Arrived);
    }

    [Fact]
    public async Task What_was_delivered_and_what_failed_is_sent_again_as_a_delivery_of_its_own()
    {
        var endpoint = await MakeEndpointAsync(retrySchedule: []);
        await PublishAsync(1);
        var delivered = await DeliveryAsync(endpoint, "delivered");
        var again = (await _client.PostAsync($"/v1/deliveries/{delivered}/resend")).Ok(HttpStatusCode.Accepted);
        await Eventually.TrueAsync(() => Arrived.Count() == 2, Stop);
        Assert.Single(Arrived.Select(r => r.WebhookId).Distinct());
        Assert.Equal([delivered, Id(again)], Arrived.Select(r => r.Headers["sineta-delivery"]));

        _receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        await PublishAsync(2);
        var failed = await DeliveryAsync(endpoint, "failed");
        _receiver.Answer = EchoAsync;
        (await _client.PostAsync($"/v1/deliveries/{failed}/resend")).Ok(HttpStatusCode.Accepted);
        await Eventually.TrueAsync(() => Arrived.Count() == 4, Stop);
        await Eventually.TrueAsync(
            async () => await server.CountAsync(
                "select count(*) from attempts where endpoint_id = $1 and cause = 'resend'", GuidOf(endpoint)) == 2, Stop);
    }

    [Fact]
    public async Task An_open_delivery_goes_at_once_instead_of_at_its_next_retry()
    {
        var endpoint = await MakeEndpointAsync(retrySchedule: [3_600]);
        _receiver.Answer = (request, context) =>
        {
            context.Response.StatusCode = request.Headers["sineta-attempt"] == "1" ? 500 : 200;
            return Task.CompletedTask;
        };
        await PublishAsync(1);
        await Eventually.TrueAsync(
            async () => await server.CountAsync(
                "select count(*) from unconcluded_deliveries where endpoint_id = $1 and attempts = 1 and lease is null", GuidOf(endpoint)) == 1, Stop);
        var delivery = Arrived.Single().Headers["sineta-delivery"];

        Assert.Equal(delivery, Id((await _client.PostAsync($"/v1/deliveries/{delivery}/resend")).Ok()));

        await Eventually.TrueAsync(() => Arrived.Count() == 2, Stop);
        Assert.Equal(delivery, Arrived.Last().Headers["sineta-delivery"]);
    }

    [Fact]
    public async Task What_is_unknown_is_not_sent_again_nor_what_would_go_to_a_deleted_endpoint()
    {
        var endpoint = await MakeEndpointAsync();
        await PublishAsync(1);
        var delivery = await DeliveryAsync(endpoint, "delivered");
        Assert.Equal(HttpStatusCode.NoContent, (await _client.DeleteAsync($"/v1/endpoints/{Id(endpoint)}")).Status);

        (await _client.PostAsync($"/v1/deliveries/{delivery}/resend")).Is(HttpStatusCode.Conflict, "conflict");
        var unknown = PublicId.Format(PublicId.Delivery, Guid.AllBitsSet);
        (await _client.PostAsync($"/v1/deliveries/{unknown}/resend")).Is(HttpStatusCode.NotFound, "not-found");
        (await _client.PostAsync("/v1/deliveries/x/resend")).Is(HttpStatusCode.NotFound, "not-found");
        (await _client.PostAsync("/v1/replays/rpl_1/cancel")).Is(HttpStatusCode.NotFound, "not-found");
        Assert.Equal(0, await server.CountAsync("select count(*) from unconcluded_deliveries where endpoint_id = $1", GuidOf(endpoint)));
    }

    private async Task<JsonElement> MakeEndpointAsync(int[]? retrySchedule = null)
    {
        var draft = new { url = _receiver.Url, max_in_flight = 1, retry_schedule = retrySchedule };
        return (await _client.PostAsync("/v1/endpoints", draft)).Ok(HttpStatusCode.Created);
    }

    private async Task PublishAsync(int enrollment)
    {
        var submission = new { type = EventTypes.CourseEnrollment.Slug, data = Samples.Enrollment(enrollment) };
        (await _client.PostAsync("/v1/events", submission)).Ok(HttpStatusCode.Accepted);
    }

    private async Task<JsonElement> FindAsync(string replay) => (await _client.GetAsync($"/v1/replays/{replay}")).Ok();

    private async Task<string[]> FaultsAsync(object replay) =>
        (await _client.PostAsync("/v1/replays", replay)).Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Pointers;

    /// <summary>The endpoint's delivery that ends so.</summary>
    private async Task<string> DeliveryAsync(JsonElement endpoint, string conclusion)
    {
        await using var command = server.Database.CreateCommand(
            "select delivery_id from attempts where endpoint_id = $1 and conclusion = $2 and cause <> 'verification'");
        command.Parameters.AddWithValue(GuidOf(endpoint));
        command.Parameters.AddWithValue(conclusion);
        object? found = null;
        await Eventually.TrueAsync(async () => (found = await command.ExecuteScalarAsync(Stop)) is not null, Stop);
        return PublicId.Format(PublicId.Delivery, (Guid)found!);
    }

    private static async Task EchoAsync(ReceivedRequest request, HttpContext context)
    {
        if (request.Headers["sineta-event"] == "webhooks.endpoint.verification")
            await context.Response.WriteAsync(JsonElement.Parse(request.Body).GetProperty("data").GetProperty("challenge").GetString()!, Stop);
    }

    private static string Id(JsonElement body) => body.GetProperty("id").GetString()!;

    private static Guid GuidOf(JsonElement endpoint) =>
        PublicId.TryParse(PublicId.Endpoint, Id(endpoint), out var id) ? id : throw new FormatException();
}
