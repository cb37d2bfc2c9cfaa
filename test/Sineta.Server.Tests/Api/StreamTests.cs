using System.Net;
using System.Text.Json;
using Sineta.Delivery.Institutions;
using Sineta.Events;
using Sineta.Server.Pages;
using Sineta.Server.Tests.Pages;
using Sineta.Testing;

namespace Sineta.Server.Tests.Api;

/// <summary>The log as it happens, for programs and for the page that follows it.</summary>
public sealed class StreamTests(ApiServer server, Postgres postgres) : IClassFixture<ApiServer>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_attempt_is_told_as_the_list_has_its_delivery()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Stop);
        receiver.Answer = RouteWalkTests.EchoAsync;
        using var client = await server.NewInstitutionAsync();
        var endpoint = Id((await client.PostAsync("/v1/endpoints", new { url = receiver.Url })).Ok(HttpStatusCode.Created));
        var filter = $"endpoint={endpoint}&type={EventTypes.CourseEnrollment.Slug}&status=delivered";
        await using var stream = await client.ListenAsync($"/v1/stream?{filter}");

        await PublishAsync(client, 1);

        var (name, told) = (await stream.NextAsync())!.Value;
        Assert.Equal("attempt", name);
        var listed = (await client.GetAsync($"/v1/deliveries?type={EventTypes.CourseEnrollment.Slug}")).Ok().GetProperty("data")[0];
        Assert.Equal(listed.GetRawText(), told.GetRawText());
    }

    [Fact]
    public async Task Who_comes_back_is_told_what_was_missed_and_nobody_goes_on_from_anothers_place()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Stop);
        receiver.Answer = RouteWalkTests.EchoAsync;
        using var theirs = await server.NewInstitutionAsync();
        using var ours = await server.NewInstitutionAsync();
        (await theirs.PostAsync("/v1/endpoints", new { url = receiver.Url })).Ok(HttpStatusCode.Created);
        await using (await ours.ListenAsync("/v1/stream"))
        {
        }

        string place;
        await using (var stream = await theirs.ListenAsync("/v1/stream"))
        {
            await PublishAsync(theirs, 1);
            Assert.Equal("attempt", (await stream.NextAsync())!.Value.Name);
            place = stream.LastId;
        }

        await PublishAsync(theirs, 2);
        await using var back = await theirs.ListenAsync("/v1/stream", place);
        Assert.Equal("activities.course.enrollment", (await back.NextAsync())!.Value.Data.GetProperty("type").GetString());
        await using var foreign = await ours.ListenAsync("/v1/stream", "1-1");
        Assert.Equal(("gap", JsonValueKind.Null), Kind(await foreign.NextAsync()));
        var reading = foreign.NextAsync();
        await PublishAsync(theirs, 3);
        Assert.Equal("attempt", (await back.NextAsync())!.Value.Name);
        Assert.False(reading.IsCompleted);
    }

    [Theory]
    [InlineData("/v1/stream?status=gone", "?status")]
    [InlineData("/v1/stream?from=2026-03-10T12:00:00Z", "?from")]
    [InlineData("/v1/stream?endpoint=evt_1&type=x", "?endpoint", "?type")]
    public async Task What_it_does_not_know_is_refused(string path, params string[] pointers)
    {
        using var client = await server.NewInstitutionAsync();
        Assert.Equal(pointers, (await client.GetAsync(path)).Is(HttpStatusCode.BadRequest, "invalid-request").Pointers);
    }

    [Fact]
    public async Task A_place_that_is_none_is_refused()
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        using var client = await server.NewInstitutionAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/stream");
        request.Headers.Add("Authorization", $"Bearer {client.Key}");
        request.Headers.Add("Last-Event-ID", "yesterday");
        using var answer = await http.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_revoked_key_hears_nothing_more()
    {
        using var owner = await server.NewInstitutionAsync();
        var made = (await owner.PostAsync("/v1/api-keys", new { name = "ear", scopes = ScopeNames.Format(Scopes.Read) }))
            .Ok(HttpStatusCode.Created);
        using var client = server.Client(made.GetProperty("key").GetString());
        await using var stream = await client.ListenAsync("/v1/stream");

        await owner.DeleteAsync($"/v1/api-keys/{Id(made)}");

        Assert.Null(await stream.NextAsync());
    }

    [Fact]
    public async Task One_more_than_may_is_answered_429_and_a_server_that_stops_ends_the_stream_in_order()
    {
        var own = new ApiServer(postgres) { Settings = ["--Delivery:StreamListeners", "1"] };
        await own.InitializeAsync();
        using var client = await own.NewInstitutionAsync();
        await using var stream = await client.ListenAsync("/v1/stream");
        var refused = (await client.GetAsync("/v1/stream")).Is(HttpStatusCode.TooManyRequests, "too-many-listeners");
        Assert.Equal("10", refused.Headers["Retry-After"]);
        var ending = stream.NextAsync();

        await own.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), Stop);

        Assert.Null(await ending);
    }

    [Fact]
    public async Task The_page_that_follows_the_log_hears_of_its_institutions_attempts_alone()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Stop);
        receiver.Answer = RouteWalkTests.EchoAsync;
        var (theirs, _) = await server.NewCampusAsync();
        var (ours, institution) = await server.NewCampusAsync();
        using var them = theirs;
        using var us = ours;
        foreach (var key in new[] { theirs, ours })
            (await key.PostAsync("/v1/endpoints", new { url = receiver.Url })).Ok(HttpStatusCode.Created);
        using var page = new PageClient(server.Address).As(server, Roles.Integrator, institution);
        var live = await page.GetAsync("/webhooks/deliveries?live=1&status=delivered");
        Assert.Contains("data-live=\"/webhooks/deliveries/live?status=delivered\"", live.Text, StringComparison.Ordinal);
        await using var stream = await page.ListenAsync("/webhooks/deliveries/live?status=delivered");

        await PublishAsync(theirs, 1);
        var published = await PublishAsync(ours, 2);

        Assert.Equal(published, (await stream.NextAsync())!.Value.Data.GetProperty("event_id").GetString());
    }

    private static (string Name, JsonValueKind Missed) Kind((string Name, JsonElement Data)? told) =>
        (told!.Value.Name, told.Value.Data.GetProperty("missed").ValueKind);

    private static async Task<string> PublishAsync(ApiClient client, int user) =>
        Id((await client.PostAsync("/v1/events", new { type = EventTypes.CourseEnrollment.Slug, data = Samples.Enrollment(user) }))
            .Ok(HttpStatusCode.Accepted));

    private static string Id(JsonElement body) => body.GetProperty("id").GetString()!;
}
