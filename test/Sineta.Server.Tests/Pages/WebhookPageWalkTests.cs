using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sineta.Delivery.Endpoints;
using Sineta.Events;
using Sineta.Server.Pages;
using Sineta.Server.Tests.Api;
using Sineta.Testing;

namespace Sineta.Server.Tests.Pages;

/// <summary>Opens every page of webhooks: what it costs, and that it shows nothing of another institution.</summary>
public sealed class WebhookPageWalkTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const int MostStatements = 6;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_page_asks_more_of_the_database_where_there_is_more_to_show()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Stop);
        receiver.Answer = RouteWalkTests.EchoAsync;
        using var key = await server.NewInstitutionAsync();
        var things = await FillAsync(key, receiver.Url, endpoints: 5, events: 20);
        using var counter = new StatementCounter();
        using var client = new PageClient(server.Address).As(server, Roles.Manager, things.Institution);
        client.Trace(counter.TraceParent);
        foreach (var path in Pages(things))
        {
            var answer = await client.GetAsync(path);
            Assert.True(answer.Status == HttpStatusCode.OK, $"{path} answered {answer.Status}");
            var statements = counter.Take();
            Assert.True(statements <= MostStatements, $"{path} takes {statements} statements.");
        }
    }

    [Fact]
    public async Task Another_institutions_things_are_not_there()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Stop);
        receiver.Answer = RouteWalkTests.EchoAsync;
        using var key = await server.NewInstitutionAsync();
        using var other = await server.NewInstitutionAsync();
        var things = await FillAsync(key, receiver.Url, endpoints: 1, events: 1);
        using var client = new PageClient(server.Address).As(server, Roles.Manager, things.Institution + 1);
        foreach (var path in Pages(things).Where(p => p.Contains(things.Endpoint, StringComparison.Ordinal)
            || p.Contains(things.Delivery, StringComparison.Ordinal) || p.Contains(things.Replay, StringComparison.Ordinal)))
        {
            var answer = await client.GetAsync(path);
            Assert.True(answer.Status == HttpStatusCode.NotFound || path.Contains('?', StringComparison.Ordinal), path);
            Assert.DoesNotContain(receiver.Url.Authority, answer.Text, StringComparison.Ordinal);
        }

        foreach (var path in Actions(things))
        {
            var answer = await client.PostAsync(path, ("type", EventTypes.CourseCompleted.Slug));
            Assert.Equal((path, HttpStatusCode.NotFound), (path, answer.Status));
        }

        Assert.Equal("active", (await key.GetAsync($"/v1/endpoints/{things.Endpoint}")).Body.GetProperty("status").GetString());
    }

    private static IEnumerable<string> Pages(Things things) =>
    [
        "/", "/webhooks", "/webhooks?window=week", "/webhooks/endpoints", "/webhooks/endpoints/new",
        $"/webhooks/endpoints/{things.Endpoint}", $"/webhooks/endpoints/{things.Endpoint}/settings", "/webhooks/deliveries", "/webhooks/deliveries/rows",
        $"/webhooks/deliveries?endpoint={things.Endpoint}&status=delivered", "/webhooks/deliveries?learner=7",
        $"/webhooks/deliveries/{things.Delivery}", "/webhooks/replays", $"/webhooks/replays/new?endpoint={things.Endpoint}",
        $"/webhooks/replays/{things.Replay}", $"/webhooks/replays/{things.Replay}/progress", "/webhooks/events",
        $"/webhooks/events/{EventTypes.CourseCompleted.Slug}", "/webhooks/api-keys", "/webhooks/audit",
    ];

    private static IEnumerable<string> Actions(Things things) =>
    [
        .. new[] { "verify", "challenge", "pause", "resume", "rotate-secret", "test", "delete", "settings" }
            .Select(action => $"/webhooks/endpoints/{things.Endpoint}/{action}"),
        $"/webhooks/deliveries/{things.Delivery}/resend", $"/webhooks/replays/{things.Replay}/cancel",
        $"/webhooks/api-keys/{things.Key}/revoke",
    ];

    private async Task<Things> FillAsync(ApiClient key, Uri receiver, int endpoints, int events)
    {
        var endpoint = "";
        for (var i = 0; i < endpoints; i++)
            endpoint = Id((await key.PostAsync("/v1/endpoints", new { url = $"{receiver}/{i}" })).Ok(HttpStatusCode.Created));
        for (var i = 1; i <= events; i++)
        {
            var event_ = new { type = EventTypes.CourseEnrollment.Slug, data = Samples.Enrollment(i), learner = "7" };
            (await key.PostAsync("/v1/events", event_)).Ok(HttpStatusCode.Accepted);
        }

        var replay = Id((await key.PostAsync("/v1/replays", new { endpoint_id = endpoint })).Ok(HttpStatusCode.Created));
        var delivery = Id((await key.GetAsync("/v1/deliveries")).Ok().GetProperty("data")[0]);
        var made = (await key.GetAsync("/v1/api-keys")).Ok().GetProperty("data")[0];
        var institution = server.Services.GetRequiredService<Configuration>().FindKey(key.Key)!.Institution.Id;
        return new Things(institution, endpoint, delivery, replay, Id(made));
    }

    private static string Id(System.Text.Json.JsonElement made) => made.GetProperty("id").GetString()!;

    private sealed record Things(long Institution, string Endpoint, string Delivery, string Replay, string Key);
}
