using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Storage;
using Sineta.Events;
using Sineta.Testing;
using Endpoint = Sineta.Delivery.Endpoints.Endpoint;

namespace Sineta.Delivery.Tests.Dispatch;

public sealed class EndpointHealthTests(Postgres postgres)
{
    private static readonly Uri Nowhere = new("http://127.0.0.1:9/hooks");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_endpoint_that_answers_410_is_disabled_at_once_its_delivery_held_and_the_others_told()
    {
        await using var gone = await AnsweringAsync(StatusCodes.Status410Gone);
        await using var other = await RecordingReceiver.StartAsync(Token);
        await using var stranger = await RecordingReceiver.StartAsync(Token);
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        var endpoint = await node.AddEndpointAsync(institution, gone.Url, Token);
        await node.AddEndpointAsync(institution, other.Url, Token);
        await node.AddEndpointAsync(await node.AddInstitutionAsync(Token), stranger.Url, Token);

        await node.Intake.AcceptAsync([node.NewEvent(institution, "enrollment:1")], Token);

        await DisabledAsync(node, institution, endpoint, "The receiver answered 410 Gone.");
        await Eventually.TrueAsync(() => other.Received.Count == 2, Token);
        var news = JsonDocument.Parse(other.Received.Last().Body).RootElement;
        Assert.Equal(EndpointDisabled.SlugText, news.GetProperty("event").GetProperty("slug").GetString());
        Assert.Equal(PublicId.Format(PublicId.Endpoint, endpoint), news.GetProperty("data").GetProperty("endpoint_id").GetString());
        Assert.Empty(stranger.Received);
        var held = $"select count(*) from unconcluded_deliveries where endpoint_id = '{endpoint}' and lease is null and attempts > 0";
        Assert.Equal(1, await node.CountAsync(held, Token));
    }

    [Fact]
    public async Task A_410_that_comes_once_the_endpoint_has_moved_disables_nothing_and_the_event_goes_to_the_new_url()
    {
        await using var left = await RecordingReceiver.StartAsync(Token);
        await using var entered = await RecordingReceiver.StartAsync(Token);
        var moved = new TaskCompletionSource();
        left.Answer = async (_, context) =>
        {
            await moved.Task;
            context.Response.StatusCode = StatusCodes.Status410Gone;
        };
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        var endpoint = await node.AddEndpointAsync(institution, left.Url, Token);
        await node.Intake.AcceptAsync([node.NewEvent(institution, "enrollment:1")], Token);
        await Eventually.TrueAsync(() => left.Received.Count == 1, Token);

        var registry = node.Services.GetRequiredService<EndpointRegistry>();
        await registry.UpdateAsync(institution, endpoint, present => present with { Url = entered.Url.ToString() }, Token);
        Assert.IsType<EndpointChange.Made>(await registry.NoteHandshakeAsync(Find(node, institution, endpoint), problem: null, Token));
        moved.SetResult();

        await node.BecomesAsync(0, "select count(*) from unconcluded_deliveries", Token);
        Assert.Equal(EndpointStatus.Active, Find(node, institution, endpoint).Status);
        Assert.Single(entered.Received);
    }

    [Fact]
    public async Task What_a_disabled_endpoint_missed_arrives_once_it_is_active_again()
    {
        await using var receiver = await AnsweringAsync(StatusCodes.Status410Gone);
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        var endpoint = await node.AddEndpointAsync(institution, receiver.Url, Token);
        await node.Intake.AcceptAsync([node.NewEvent(institution, "enrollment:1")], Token);
        await DisabledAsync(node, institution, endpoint, "The receiver answered 410 Gone.");
        await node.Intake.AcceptAsync([.. Enumerable.Range(2, 9).Select(i => node.NewEvent(institution, $"enrollment:{i}"))], Token);

        receiver.Answer = (_, _) => Task.CompletedTask;
        await node.SetStatusAsync(endpoint, "active", Token);

        await node.BecomesAsync(10, "select count(*) from attempts where conclusion = 'delivered'", Token);
    }

    [Fact]
    public async Task Five_days_of_nothing_but_failure_disable_it()
    {
        await using var failing = await AnsweringAsync(StatusCodes.Status500InternalServerError);
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        var endpoint = await node.AddEndpointAsync(institution, failing.Url, Token);
        await FailingSinceAsync(node, endpoint, "4 days 23 hours");
        await node.Intake.AcceptAsync([node.NewEvent(institution, "enrollment:1")], Token);
        await node.BecomesAsync(1, "select count(*) from attempts", Token);
        Assert.Equal(EndpointStatus.Active, Find(node, institution, endpoint).Status);

        await FailingSinceAsync(node, endpoint, "5 days");
        await node.Intake.AcceptAsync([node.NewEvent(institution, "enrollment:2")], Token);

        await DisabledAsync(node, institution, endpoint, "Every attempt has failed since ");
    }

    [Fact]
    public async Task Five_failures_in_a_row_are_noted_and_one_success_forgets_them()
    {
        await using var receiver = await AnsweringAsync(StatusCodes.Status503ServiceUnavailable);
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        var endpoint = await node.AddEndpointAsync(institution, receiver.Url, Token);
        await node.Intake.AcceptAsync(node.NewEvents(institution, 10), Token);
        await Eventually.TrueAsync(() => Find(node, institution, endpoint).FailingSince is not null, Token);

        receiver.Answer = (_, _) => Task.CompletedTask;

        await Eventually.TrueAsync(() => Find(node, institution, endpoint).FailingSince is null, Token);
        await node.BecomesAsync(0, "select count(*) from unconcluded_deliveries", Token);
    }

    [Fact]
    public async Task Endpoints_that_turn_together_are_noted_together_and_other_nodes_know()
    {
        var database = await postgres.CreateDatabaseAsync(Token);
        await using var node = await DeliveryNode.StartAsync(database, DeliveryNode.LoopbackOptions, Token);
        await using var other = await DeliveryNode.StartAsync(database, DeliveryNode.LoopbackOptions, Token);
        var institution = await node.AddInstitutionAsync(Token);
        for (var i = 0; i < 20; i++)
            await node.AddEndpointAsync(institution, Nowhere, Token);
        var before = Version(node);

        foreach (var endpoint in Endpoints(node, institution))
            ObserveFailure(node, endpoint);
        await Eventually.TrueAsync(
            () => Endpoints(other, institution) is { Count: 20 } all && all.All(e => e.FailingSince is not null), Token);
        await Eventually.TrueAsync(() => Endpoints(node, institution).All(e => e.FailingSince is not null), Token);
        foreach (var endpoint in Endpoints(node, institution))
            ObserveSuccess(node, endpoint);
        await Eventually.TrueAsync(() => Endpoints(other, institution).All(e => e.FailingSince is null), Token);

        Assert.InRange(Version(other) - before, 2, 10);
    }

    [Fact]
    public async Task A_success_takes_back_a_failure_that_is_not_noted_yet()
    {
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        var failing = Find(node, institution, await node.AddEndpointAsync(institution, Nowhere, Token));
        var living = Find(node, institution, await node.AddEndpointAsync(institution, Nowhere, Token));
        var failingToo = Find(node, institution, await node.AddEndpointAsync(institution, Nowhere, Token));
        ObserveFailure(node, failing);
        await Eventually.TrueAsync(() => Find(node, institution, failing.Id).FailingSince is not null, Token);

        ObserveFailure(node, living);
        ObserveSuccess(node, living);
        ObserveFailure(node, failingToo);

        await Eventually.TrueAsync(() => Find(node, institution, failingToo.Id).FailingSince is not null, Token);
        Assert.Null(Find(node, institution, living.Id).FailingSince);
    }

    [Fact]
    public async Task What_was_observed_last_is_noted_before_the_node_stops()
    {
        var database = await postgres.CreateDatabaseAsync(Token);
        long institution;
        Guid[] endpoints;
        await using (var node = await DeliveryNode.StartAsync(database, DeliveryNode.LoopbackOptions, Token))
        {
            institution = await node.AddInstitutionAsync(Token);
            endpoints = [await node.AddEndpointAsync(institution, Nowhere, Token), await node.AddEndpointAsync(institution, Nowhere, Token)];
            ObserveFailure(node, Find(node, institution, endpoints[0]));
            await Eventually.TrueAsync(() => Find(node, institution, endpoints[0]).FailingSince is not null, Token);
            ObserveFailure(node, Find(node, institution, endpoints[1]));
        }

        await using var next = await DeliveryNode.StartAsync(database, DeliveryNode.LoopbackOptions, Token);
        Assert.NotNull(Find(next, institution, endpoints[1]).FailingSince);
    }

    [Fact]
    public async Task When_its_retries_are_used_up_a_delivery_has_failed()
    {
        await using var failing = await AnsweringAsync(StatusCodes.Status500InternalServerError);
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, failing.Url, Token, retrySchedule: [1]);

        await node.Intake.AcceptAsync([node.NewEvent(institution, "enrollment:1")], Token);

        await node.BecomesAsync(0, "select count(*) from unconcluded_deliveries", Token);
        Assert.Equal(1, await node.CountAsync("select count(*) from attempts where number = 1 and conclusion is null", Token));
        Assert.Equal(1, await node.CountAsync("select count(*) from attempts where number = 2 and conclusion = 'failed'", Token));
        const string Milliseconds = "select (extract(epoch from max(started_at) - min(started_at)) * 1000)::bigint from attempts";
        Assert.InRange(await node.CountAsync(Milliseconds, Token), 800, 10_000);
    }

    private static async Task<RecordingReceiver> AnsweringAsync(int status)
    {
        var receiver = await RecordingReceiver.StartAsync(Token);
        receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        return receiver;
    }

    private static Endpoint Find(DeliveryNode node, long institution, Guid endpoint) =>
        node.Services.GetRequiredService<Configuration>().FindEndpoint(institution, endpoint)!;

    private static IReadOnlyCollection<Endpoint> Endpoints(DeliveryNode node, long institution) =>
        node.Services.GetRequiredService<Configuration>().EndpointsOf(institution);

    private static long Version(DeliveryNode node) => node.Services.GetRequiredService<Configuration>().Version;

    private static void ObserveFailure(DeliveryNode node, Endpoint endpoint) => node.Services.GetRequiredService<EndpointHealth>().Observe(
        endpoint, new NextStep.Retry(TimeSpan.FromSeconds(5)),
        new AttemptOutcome.Unreachable(UnreachableReason.ConnectRefused, "Nobody listens."), isBroken: true);

    private static void ObserveSuccess(DeliveryNode node, Endpoint endpoint) => node.Services.GetRequiredService<EndpointHealth>().Observe(
        endpoint, new NextStep.Done(), new AttemptOutcome.Delivered(HttpStatusCode.OK), isBroken: false);

    private static async Task DisabledAsync(DeliveryNode node, long institution, Guid endpoint, string because)
    {
        await Eventually.TrueAsync(() => Find(node, institution, endpoint).Status == EndpointStatus.Disabled, Token);
        Assert.StartsWith(because, Find(node, institution, endpoint).StatusReason, StringComparison.Ordinal);
        await node.BecomesAsync(0, $"select count(*) from unconcluded_deliveries where endpoint_id = '{endpoint}' and lease is not null", Token);
    }

    private static async Task FailingSinceAsync(DeliveryNode node, Guid endpoint, string ago)
    {
        await using var command = node.Database.CreateCommand($"update endpoints set failing_since = now() - interval '{ago}'");
        await command.ExecuteNonQueryAsync(Token);
        await node.SetStatusAsync(endpoint, "active", Token);
    }

    private async Task<DeliveryNode> StartAsync() =>
        await DeliveryNode.StartAsync(await postgres.CreateDatabaseAsync(Token), DeliveryNode.LoopbackOptions, Token);
}
