using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sineta.Delivery.Storage;
using Sineta.Events;
using Sineta.Testing;

namespace Sineta.Server.Tests.Api;

public sealed class EndpointTests(ApiServer server) : IClassFixture<ApiServer>, IAsyncLifetime
{
    private RecordingReceiver _receiver = null!;
    private ApiClient _client = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

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
    public async Task A_receiver_that_echoes_the_challenge_is_active_when_it_is_made()
    {
        var made = (await _client.PostAsync("/v1/endpoints", new { url = _receiver.Url, description = "CRM" })).Ok(HttpStatusCode.Created);

        Assert.Equal("active", made.GetProperty("status").GetString());
        Assert.Equal("verified", made.GetProperty("verification").GetProperty("status").GetString());
        Assert.StartsWith("whsec_", made.GetProperty("secret").GetString(), StringComparison.Ordinal);
        var asked = Assert.Single(_receiver.Received);
        Assert.IsType<VerificationResult.Verified>(Verify(asked, made.GetProperty("secret").GetString()!));
        var shown = (await _client.GetAsync($"/v1/endpoints/{Id(made)}")).Ok();
        Assert.False(shown.TryGetProperty("secret", out _));
        Assert.Equal("CRM", shown.GetProperty("description").GetString());
    }

    [Fact]
    public async Task Each_endpoint_is_asked_with_a_challenge_that_nobody_guesses()
    {
        await MakeAsync();
        await MakeAsync();
        var challenges = _receiver.Received
            .Select(r => JsonElement.Parse(r.Body).GetProperty("data").GetProperty("challenge").GetString()!).ToArray();
        Assert.All(challenges, challenge => Assert.Matches("^[0-9a-f]{32}$", challenge));
        Assert.Equal(2, challenges.Distinct().Count());
    }

    [Fact]
    public async Task Nothing_leaves_before_the_endpoint_has_proven_itself_and_then_what_was_held()
    {
        _receiver.Answer = (_, _) => Task.CompletedTask;
        var made = (await _client.PostAsync("/v1/endpoints", new { url = _receiver.Url })).Ok(HttpStatusCode.Created);
        Assert.Equal("unverified", made.GetProperty("status").GetString());
        Assert.Equal("failed", made.GetProperty("verification").GetProperty("status").GetString());
        Assert.Contains("challenge", made.GetProperty("verification").GetProperty("problem").GetString(), StringComparison.Ordinal);

        var published = await PublishAsync(1);
        Assert.Equal(1, published.GetProperty("deliveries").GetInt32());
        var challenge = JsonElement.Parse(Assert.Single(_receiver.Received).Body).GetProperty("data").GetProperty("challenge").GetString();
        (await _client.PostAsync($"/v1/endpoints/{Id(made)}/verify", new { challenge = "guessed" }))
            .Is(HttpStatusCode.UnprocessableEntity, "invalid-body");
        Assert.Single(_receiver.Received);

        var verified = (await _client.PostAsync($"/v1/endpoints/{Id(made)}/verify", new { challenge })).Ok();

        Assert.Equal("active", verified.GetProperty("status").GetString());
        await Eventually.TrueAsync(() => _receiver.Received.Count == 2, Stop);
        Assert.Equal(published.GetProperty("id").GetString(), _receiver.Received.Last().WebhookId);
    }

    [Fact]
    public async Task Asked_again_a_mended_receiver_is_verified()
    {
        _receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        };
        var made = (await _client.PostAsync("/v1/endpoints", new { url = _receiver.Url })).Ok(HttpStatusCode.Created);
        Assert.Contains("404", made.GetProperty("status_reason").GetString(), StringComparison.Ordinal);

        _receiver.Answer = EchoAsync;
        var verified = (await _client.PostAsync($"/v1/endpoints/{Id(made)}/verify")).Ok();

        Assert.Equal("active", verified.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, verified.GetProperty("status_reason").ValueKind);
    }

    [Fact]
    public async Task What_is_published_while_paused_is_held_and_goes_out_on_resume()
    {
        var made = await MakeAsync();
        (await _client.PostAsync($"/v1/endpoints/{Id(made)}/pause")).Ok();
        await PublishAsync(1);
        await PublishAsync(2);

        var resumed = (await _client.PostAsync($"/v1/endpoints/{Id(made)}/resume")).Ok();

        Assert.Equal(2, resumed.GetProperty("held").GetInt64());
        Assert.Equal("active", resumed.GetProperty("status").GetString());
        await Eventually.TrueAsync(() => _receiver.Received.Count == 3, Stop);
    }

    [Fact]
    public async Task An_endpoint_that_is_not_verified_cannot_be_resumed_paused_or_tried()
    {
        _receiver.Answer = (_, _) => Task.CompletedTask;
        var made = (await _client.PostAsync("/v1/endpoints", new { url = _receiver.Url })).Ok(HttpStatusCode.Created);
        foreach (var action in new[] { "resume", "pause", "test" })
            (await _client.PostAsync($"/v1/endpoints/{Id(made)}/{action}")).Is(HttpStatusCode.Conflict, "conflict");
    }

    [Fact]
    public async Task Another_url_has_to_be_verified_anew_while_its_deliveries_are_held()
    {
        var made = await MakeAsync();
        await using var other = await RecordingReceiver.StartAsync(Stop);

        var moved = (await _client.PatchAsync($"/v1/endpoints/{Id(made)}", new { url = other.Url })).Ok();

        Assert.Equal("unverified", moved.GetProperty("status").GetString());
        Assert.Equal(2, moved.GetProperty("revision").GetInt32());
        await PublishAsync(1);
        var asked = Assert.Single(other.Received);
        Assert.Equal("webhooks.endpoint.verification", asked.Headers["sineta-event"]);
        other.Answer = EchoAsync;
        Assert.Equal("active", (await _client.PostAsync($"/v1/endpoints/{Id(made)}/verify")).Ok().GetProperty("status").GetString());
        await Eventually.TrueAsync(() => other.Received.Count == 3, Stop);
    }

    [Fact]
    public async Task A_change_leaves_alone_what_it_does_not_give_and_clears_what_it_gives_as_null()
    {
        var made = (await _client.PostAsync("/v1/endpoints", new
        {
            url = _receiver.Url,
            description = "CRM",
            event_types = new[] { "activities.course.completed" },
            rate_per_second = 5,
            max_in_flight = 3,
            retry_schedule = new[] { 1, 2 },
            headers = new { Authorization = "Bearer x" },
            ordering = "per_learner",
            cpf = "masked",
            timeout_seconds = 3,
        })).Ok(HttpStatusCode.Created);

        var changed =
            (await _client.PatchAsync($"/v1/endpoints/{Id(made)}", new { rate_per_second = (int?)null, description = (string?)null })).Ok();

        Assert.Equal(JsonValueKind.Null, changed.GetProperty("rate_per_second").ValueKind);
        Assert.Equal(JsonValueKind.Null, changed.GetProperty("description").ValueKind);
        Assert.Equal(1, changed.GetProperty("revision").GetInt32());
        foreach (var kept in "url event_types max_in_flight retry_schedule headers ordering cpf timeout_seconds status".Split(' '))
            Assert.Equal(made.GetProperty(kept).GetRawText(), changed.GetProperty(kept).GetRawText());
    }

    [Fact]
    public async Task Each_revision_of_what_is_sent_is_kept()
    {
        var made = await MakeAsync();
        (await _client.PatchAsync($"/v1/endpoints/{Id(made)}", new { cpf = "masked" })).Ok();
        (await _client.PatchAsync($"/v1/endpoints/{Id(made)}", new { headers = new { X = "1" } })).Ok();
        (await _client.PatchAsync($"/v1/endpoints/{Id(made)}", new { max_in_flight = 1 })).Ok();
        Assert.Equal(3, await server.CountAsync("select count(*) from endpoint_revisions where endpoint_id = $1", GuidOf(made)));
    }

    [Fact]
    public async Task Every_fault_of_the_settings_is_named_at_once()
    {
        var answer = await _client.PostAsync("/v1/endpoints", new
        {
            url = "ftp://user@example.com/#x",
            event_types = new[] { "no.such" },
            ordering = "random",
            cpf = "none",
            max_in_flight = 0,
            rate_per_second = 0,
            timeout_seconds = 31,
            retry_schedule = new[] { 0 },
            headers = new Dictionary<string, string> { ["webhook-id"] = "x", ["Host"] = "y", ["A"] = "\n" },
            description = new string('x', 256),
        });
        Assert.Equal(
            [
                "/cpf", "/description", "/event_types/0", "/headers/A", "/headers/Host", "/headers/webhook-id", "/max_in_flight",
                "/ordering", "/rate_per_second", "/retry_schedule/0", "/timeout_seconds", "/url",
            ],
            answer.Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Pointers.Distinct().Order(StringComparer.Ordinal));
        Assert.Empty(_receiver.Received);
    }

    [Fact]
    public async Task Wrong_kinds_unknown_keys_and_nulls_are_named_at_once()
    {
        var answer = await _client.PostTextAsync("/v1/endpoints", """
            {
              "url": 1, "max_in_flight": "many", "headers": {"A": null}, "event_types": [null], "retry_schedule": [1.5], "colour": "red",
              "ordering": null
            }
            """);
        Assert.Equal(
            ["/colour", "/event_types/0", "/headers/A", "/max_in_flight", "/ordering", "/retry_schedule/0", "/url"],
            answer.Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Pointers.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("http://10.0.0.1/hooks")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://2130706433/")]
    [InlineData("http://[::ffff:10.0.0.1]/")]
    [InlineData("/hooks")]
    [InlineData("")]
    public async Task A_destination_that_nothing_may_be_sent_to_is_refused(string url) =>
        Assert.Contains("/url", (await _client.PostAsync("/v1/endpoints", new { url }))
            .Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Pointers);

    [Fact]
    public async Task A_rotated_secret_signs_beside_the_new_one_until_its_time_is_over()
    {
        var made = await MakeAsync();
        var old = made.GetProperty("secret").GetString()!;

        var rotated = (await _client.PostAsync($"/v1/endpoints/{Id(made)}/rotate-secret", new { overlap_hours = 1 })).Ok();

        var fresh = rotated.GetProperty("secret").GetString()!;
        Assert.NotEqual(old, fresh);
        Assert.Equal(2, rotated.GetProperty("secrets").GetArrayLength());
        await PublishAsync(1);
        await Eventually.TrueAsync(() => _receiver.Received.Count == 2, Stop);
        var delivered = _receiver.Received.Last();
        Assert.IsType<VerificationResult.Verified>(Verify(delivered, old));
        Assert.IsType<VerificationResult.Verified>(Verify(delivered, fresh));
    }

    [Fact]
    public async Task Rotated_without_overlap_only_the_new_secret_signs()
    {
        var made = await MakeAsync();
        (await _client.PostAsync($"/v1/endpoints/{Id(made)}/rotate-secret", new { overlap_hours = 0 })).Ok();
        await PublishAsync(1);
        await Eventually.TrueAsync(() => _receiver.Received.Count == 2, Stop);
        Assert.IsType<VerificationResult.WrongSignature>(Verify(_receiver.Received.Last(), made.GetProperty("secret").GetString()!));
    }

    [Fact]
    public async Task No_more_secrets_sign_than_a_header_holds_unless_all_older_ones_end()
    {
        var made = await MakeAsync();
        for (var i = 0; i < 4; i++)
            (await _client.PostAsync($"/v1/endpoints/{Id(made)}/rotate-secret")).Ok();
        (await _client.PostAsync($"/v1/endpoints/{Id(made)}/rotate-secret")).Is(HttpStatusCode.Conflict, "conflict");

        var rotated = (await _client.PostAsync($"/v1/endpoints/{Id(made)}/rotate-secret", new { overlap_hours = 0 })).Ok();

        Assert.Equal(1, rotated.GetProperty("secrets").GetArrayLength());
        await PublishAsync(1);
        await Eventually.TrueAsync(() => _receiver.Received.Count == 2, Stop);
        var delivered = _receiver.Received.Last();
        Assert.IsType<VerificationResult.Verified>(Verify(delivered, rotated.GetProperty("secret").GetString()!));
        Assert.DoesNotContain(' ', delivered.Headers["webhook-signature"]);
    }

    [Fact]
    public async Task The_secret_does_not_lie_open_in_the_database()
    {
        var made = await MakeAsync();
        var secret = System.Text.Encoding.UTF8.GetBytes(made.GetProperty("secret").GetString()!);
        Assert.Equal(1, await server.CountAsync("select count(*) from endpoint_secrets where endpoint_id = $1", GuidOf(made)));
        Assert.Equal(0, await server.CountAsync("select count(*) from endpoint_secrets where position($1 in ciphertext) > 0", secret[6..]));
    }

    [Fact]
    public async Task A_test_sends_the_sample_to_that_endpoint_alone()
    {
        var tried = await MakeAsync();
        await using var other = await RecordingReceiver.StartAsync(Stop);
        other.Answer = EchoAsync;
        (await _client.PostAsync("/v1/endpoints", new { url = other.Url })).Ok(HttpStatusCode.Created);

        var answer = await _client.PostAsync($"/v1/endpoints/{Id(tried)}/test", new { type = "activities.trail.completed" });
        var test = answer.Ok(HttpStatusCode.Accepted);

        await Eventually.TrueAsync(() => _receiver.Received.Count == 2, Stop);
        var sample = _receiver.Received.Last();
        Assert.Equal(test.GetProperty("event_id").GetString(), sample.WebhookId);
        var seen = (await _client.GetAsync(answer.Headers["Location"])).Ok().GetProperty("data");
        Assert.Equal(sample.Headers["sineta-delivery"], Assert.Single(seen.EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal("activities.trail.completed", sample.Headers["sineta-event"]);
        Assert.Equal("true", sample.Headers["sineta-test"]);
        await Eventually.TrueAsync(
            async () => await server.CountAsync(
                "select count(*) from attempts where endpoint_id = $1 and cause = 'test'", GuidOf(tried)) == 1, Stop);
        Assert.Single(other.Received);
    }

    [Fact]
    public async Task What_waits_for_a_deleted_endpoint_fails_on_record()
    {
        var made = await MakeAsync();
        (await _client.PostAsync($"/v1/endpoints/{Id(made)}/pause")).Ok();
        await PublishAsync(1);

        Assert.Equal(HttpStatusCode.NoContent, (await _client.DeleteAsync($"/v1/endpoints/{Id(made)}")).Status);

        (await _client.GetAsync($"/v1/endpoints/{Id(made)}")).Is(HttpStatusCode.NotFound, "not-found");
        (await _client.DeleteAsync($"/v1/endpoints/{Id(made)}")).Is(HttpStatusCode.NotFound, "not-found");
        await Eventually.TrueAsync(
            async () => await server.CountAsync("select count(*) from unconcluded_deliveries where endpoint_id = $1", GuidOf(made)) == 0, Stop);
        Assert.Equal(1, await server.CountAsync(
            """
            select count(*) from attempts
            where endpoint_id = $1 and number = 0 and conclusion = 'failed' and problem = 'The endpoint was deleted.'
            """, GuidOf(made)));
        Assert.Equal(0, (await PublishAsync(2)).GetProperty("deliveries").GetInt32());
    }

    [Fact]
    public async Task What_waits_is_put_under_the_order_per_learner_and_taken_from_under_it()
    {
        var made = await MakeAsync();
        (await _client.PostAsync($"/v1/endpoints/{Id(made)}/pause")).Ok();
        await PublishAsync(1);
        const string Ordered = "select count(*) from unconcluded_deliveries where endpoint_id = $1 and learner = '987654321'";

        (await _client.PatchAsync($"/v1/endpoints/{Id(made)}", new { ordering = "per_learner" })).Ok();
        Assert.Equal(1, await server.CountAsync(Ordered, GuidOf(made)));

        (await _client.PatchAsync($"/v1/endpoints/{Id(made)}", new { ordering = "none" })).Ok();
        Assert.Equal(0, await server.CountAsync(Ordered, GuidOf(made)));
    }

    [Fact]
    public async Task Pages_of_the_list_have_every_endpoint_once()
    {
        var made = new HashSet<string>();
        for (var i = 0; i < 5; i++)
            made.Add(Id(await MakeAsync()));
        var seen = new List<string>();
        for (string? cursor = null; seen.Count < 10;)
        {
            var page = (await _client.GetAsync($"/v1/endpoints?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}")).Ok();
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(Id));
            cursor = page.GetProperty("next_cursor").GetString();
            if (cursor is null)
                break;
        }

        Assert.Equal(made.Order(StringComparer.Ordinal), seen);
    }

    [Fact]
    public async Task A_key_that_only_reads_does_not_see_the_values_of_headers()
    {
        (await _client.PostAsync("/v1/endpoints", new { url = _receiver.Url, headers = new { authorization = "Bearer hush" } }))
            .Ok(HttpStatusCode.Created);
        var made = (await _client.PostAsync("/v1/api-keys", new { name = "reader", scopes = new[] { "read" } })).Ok(HttpStatusCode.Created);
        using var reader = server.Client(made.GetProperty("key").GetString());

        Assert.Contains("hush", (await _client.GetAsync("/v1/endpoints")).Text, StringComparison.Ordinal);
        var seen = await reader.GetAsync("/v1/endpoints");
        Assert.DoesNotContain("hush", seen.Text, StringComparison.Ordinal);
        Assert.Equal("***", seen.Ok().GetProperty("data")[0].GetProperty("headers").GetProperty("authorization").GetString());
    }

    private async Task<JsonElement> MakeAsync() =>
        (await _client.PostAsync("/v1/endpoints", new { url = _receiver.Url })).Ok(HttpStatusCode.Created);

    private async Task<JsonElement> PublishAsync(int enrollment) =>
        (await _client.PostAsync("/v1/events", new { type = EventTypes.CourseEnrollment.Slug, data = Samples.Enrollment(enrollment) }))
            .Ok(HttpStatusCode.Accepted);

    private static async Task EchoAsync(ReceivedRequest request, HttpContext context)
    {
        if (request.Headers["sineta-event"] == "webhooks.endpoint.verification")
            await context.Response.WriteAsync(
                JsonElement.Parse(request.Body).GetProperty("data").GetProperty("challenge").GetString()!, Stop);
    }

    private static VerificationResult Verify(ReceivedRequest request, string secret) => WebhookSignature.Verify(
        request.WebhookId, request.Headers["webhook-timestamp"], request.Headers["webhook-signature"], request.Body,
        [WebhookSecret.Parse(secret)],
        TimeProvider.System.GetUtcNow());

    private static string Id(JsonElement endpoint) => endpoint.GetProperty("id").GetString()!;

    private static Guid GuidOf(JsonElement endpoint) =>
        PublicId.TryParse(PublicId.Endpoint, Id(endpoint), out var id) ? id : throw new FormatException();
}
