using Microsoft.AspNetCore.Http;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Dispatch;

public sealed class DispatchTests(Postgres postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_accepted_event_arrives_with_its_very_bytes_and_is_on_record()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token);
        var happened = node.NewEvent(institution, "enrollment:1");

        var result = Assert.Single(await node.Intake.AcceptAsync([happened], Token));

        Assert.Equal(new IntakeResult.Accepted(happened.Id, Deliveries: 1), result);
        await Eventually.TrueAsync(() => receiver.Received.Count == 1, Token);
        var request = receiver.Received.Single();
        Assert.Equal(happened.Body, request.Body);
        Assert.Equal(PublicId.Format(PublicId.Event, happened.Id), request.WebhookId);
        await node.BecomesAsync(1, "select count(*) from attempts where conclusion = 'delivered'", Token);
        Assert.Equal(0, await node.CountAsync("select count(*) from unconcluded_deliveries", Token));
    }

    [Fact]
    public async Task The_same_fact_published_by_fifty_at_once_is_one_event()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token);

        var results = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => node.Intake.AcceptAsync([node.NewEvent(institution, "enrollment:1")], Token)));

        var accepted = Assert.Single(results.SelectMany(r => r).OfType<IntakeResult.Accepted>());
        Assert.All(results.SelectMany(r => r).OfType<IntakeResult.Duplicate>(), d => Assert.Equal(accepted.Id, d.Id));
        Assert.Equal(1, await node.CountAsync("select count(*) from events", Token));
        await Eventually.TrueAsync(() => receiver.Received.Count == 1, Token);
    }

    [Fact]
    public async Task What_is_refused_is_tried_again_until_it_is_taken()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        receiver.Answer = (request, context) =>
        {
            context.Response.StatusCode = request.Headers["sineta-attempt"] == "3"
                ? StatusCodes.Status204NoContent : StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        };
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token, retrySchedule: [1, 1, 1]);

        await node.Intake.AcceptAsync([node.NewEvent(institution, "enrollment:1")], Token);

        await node.BecomesAsync(1, "select count(*) from attempts where conclusion = 'delivered'", Token);
        Assert.Equal(["1", "2", "3"], receiver.Received.Select(r => r.Headers["sineta-attempt"]));
        Assert.Single(receiver.Received.Select(r => r.WebhookId).Distinct());
    }

    [Fact]
    public async Task Nothing_leaves_for_a_paused_endpoint_and_all_of_it_arrives_in_order_after_it_resumes()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        var endpoint = await node.AddEndpointAsync(institution, receiver.Url, Token, maxInFlight: 1);
        await node.SetStatusAsync(endpoint, "paused", Token);
        var events = node.NewEvents(institution, 60);
        await node.Intake.AcceptAsync(events, Token);
        Assert.Empty(receiver.Received);

        await node.SetStatusAsync(endpoint, "active", Token);

        await Eventually.TrueAsync(() => receiver.Received.Count == events.Length, Token);
        Assert.Equal(events.Select(e => PublicId.Format(PublicId.Event, e.Id)), receiver.Received.Select(r => r.WebhookId));
    }

    [Fact]
    public async Task What_a_paused_endpoint_held_over_a_restart_goes_out_at_the_pace_of_catching_up()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        var database = await postgres.CreateDatabaseAsync(Token);
        Guid endpoint;
        await using (var first = await DeliveryNode.StartAsync(database, DeliveryNode.LoopbackOptions, Token))
        {
            var institution = await first.AddInstitutionAsync(Token);
            endpoint = await first.AddEndpointAsync(institution, receiver.Url, Token);
            await first.SetStatusAsync(endpoint, "paused", Token);
            await first.Intake.AcceptAsync(first.NewEvents(institution, 60), Token);
        }

        var slowly = new DeliveryOptions { AllowHttp = true, AllowedNetworks = ["127.0.0.0/8"], CatchUpPerSecond = 50 };
        await using var second = await DeliveryNode.StartAsync(database, slowly, Token);
        var began = TimeProvider.System.GetTimestamp();
        await second.SetStatusAsync(endpoint, "active", Token);

        await Eventually.TrueAsync(() => receiver.Received.Count == 60, Token);
        Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromSeconds(1)); // 60 less the first tenth of a second's, at 50 a second
    }

    [Fact]
    public async Task In_an_ordered_lane_a_learners_later_events_wait_and_other_learners_do_not()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        receiver.Answer = async (request, context) =>
        {
            if (request.Headers["sineta-dedupe-key"] != "enrollment:0")
                return;
            if (request.Headers["sineta-attempt"] == "1")
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            else
                await Eventually.TrueAsync(() => Of("bia").Length == 3, context.RequestAborted);
        };
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token, ordering: "per_learner", retrySchedule: [1]);
        Event[] events =
            [.. Enumerable.Range(0, 6).Select(i => node.NewEvent(institution, $"enrollment:{i}", learner: i % 2 == 0 ? "ana" : "bia"))];

        await node.Intake.AcceptAsync(events, Token);

        await Eventually.TrueAsync(() => receiver.Received.Count == 7, Token);
        Assert.Equal(["enrollment:0", "enrollment:0", "enrollment:2", "enrollment:4"], Of("ana"));
        Assert.Equal(["enrollment:1", "enrollment:3", "enrollment:5"], Of("bia"));

        string[] Of(string learner) =>
            [.. receiver.Received.Where(r => r.Headers["ce-subject"] == learner).Select(r => r.Headers["sineta-dedupe-key"])];
    }

    [Fact]
    public async Task An_endpoints_rate_is_kept()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token, ratePerSecond: 20);

        var began = TimeProvider.System.GetTimestamp();
        await node.Intake.AcceptAsync(node.NewEvents(institution, 43), Token);

        await Eventually.TrueAsync(() => receiver.Received.Count == 43, Token);
        Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromSeconds(1.8));
    }

    [Fact]
    public async Task A_node_that_ends_gives_its_deliveries_back_and_the_next_one_sends_them()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        var hang = new TaskCompletionSource();
        receiver.Answer = (_, context) => hang.Task.WaitAsync(context.RequestAborted);
        var database = await postgres.CreateDatabaseAsync(Token);
        await using (var first = await DeliveryNode.StartAsync(database, DeliveryNode.LoopbackOptions, Token))
        {
            var institution = await first.AddInstitutionAsync(Token);
            await first.AddEndpointAsync(institution, receiver.Url, Token);
            await first.Intake.AcceptAsync(first.NewEvents(institution, 20), Token);
            await Eventually.TrueAsync(() => receiver.Received.Count > 0, Token);
        }

        hang.SetResult();
        await using var second = await DeliveryNode.StartAsync(database, DeliveryNode.LoopbackOptions, Token);

        await second.BecomesAsync(20, "select count(*) from attempts where conclusion = 'delivered'", Token);
        Assert.Equal(20, receiver.Received.Select(r => r.WebhookId).Distinct().Count());
    }

    private async Task<DeliveryNode> StartAsync() =>
        await DeliveryNode.StartAsync(await postgres.CreateDatabaseAsync(Token), DeliveryNode.LoopbackOptions, Token);
}
