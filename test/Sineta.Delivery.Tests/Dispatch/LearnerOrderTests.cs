using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.History;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Dispatch;

/// <summary>More than one claim looks at waits for earlier deliveries of its learners.</summary>
public sealed class LearnerOrderTests(Postgres postgres)
{
    private const string PutOff = "select count(*) from open_deliveries where attempts = 0 and next_at > now() + interval '30 minutes'";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task However_much_waits_what_may_go_is_claimed_and_the_rest_is_not_looked_at_again()
    {
        await using var node = await StartAsync();
        var (institution, endpoint) = await HeldAsync(node, [.. Enumerable.Repeat("ana", 4_000), "bia"]);

        var counts = new List<int>();
        for (var isUnfinished = true; isUnfinished;)
        {
            var claim = await ClaimAsync(node, institution, endpoint);
            counts.Add(claim.Deliveries.Count);
            isUnfinished = claim.Unfinished.Contains(endpoint);
        }

        Assert.Equal([1, 0, 1], counts);
        Assert.Equal(3_999, await node.CountAsync(PutOff, Token));
        Assert.Empty(await new DeliveryQueue(node.Database).DueAsync(Token));
    }

    [Fact]
    public async Task What_was_put_off_goes_as_soon_as_the_one_before_it_has_ended()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        receiver.Answer = (request, context) =>
        {
            if (request.Headers["sineta-attempt"] == "1" && request.Headers["sineta-dedupe-key"] is "enrollment:0" or "enrollment:1")
                context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Task.CompletedTask;
        };
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token, ordering: "per_learner", retrySchedule: [3600]);
        await PublishAsync(node, institution, ["ana", "bia", "ana", .. Enumerable.Repeat("bia", 2_100)]);
        await node.BecomesAsync(2_000, PutOff, Token);

        var first = await FirstOfAsync(node, "ana");
        Assert.IsType<ResendResult.Hastened>(await node.Services.GetRequiredService<Resend>().SendAsync(institution, first, Token));

        await Eventually.TrueAsync(() => receiver.Received.Any(r => r.Headers["sineta-dedupe-key"] == "enrollment:2"), Token);
    }

    [Fact]
    public async Task What_waits_for_one_that_is_just_ending_is_not_put_off()
    {
        await using var node = await StartAsync();
        var (institution, endpoint) = await HeldAsync(node, [.. Enumerable.Repeat("ana", 2_500)]);
        await using var connection = await node.Database.OpenConnectionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await using (var ending = new NpgsqlCommand("delete from open_deliveries where id = $1", connection))
        {
            ending.Parameters.AddWithValue(await FirstOfAsync(node, "ana"));
            await ending.ExecuteNonQueryAsync(Token);
        }

        Assert.Empty((await ClaimAsync(node, institution, endpoint)).Deliveries);
        await transaction.CommitAsync(Token);

        Assert.Equal(1_998, await node.CountAsync(PutOff, Token));
        Assert.Single((await ClaimAsync(node, institution, endpoint)).Deliveries);
    }

    [Fact]
    public async Task On_two_nodes_each_learners_deliveries_arrive_in_order_and_none_stays_behind()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        receiver.Answer = (request, context) =>
        {
            if (request.Headers["sineta-attempt"] == "1" && request.Headers["sineta-dedupe-key"].EndsWith('7'))
                context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Task.CompletedTask;
        };
        var database = await postgres.CreateDatabaseAsync(Token);
        var swift = new DeliveryOptions { AllowHttp = true, AllowedNetworks = ["127.0.0.0/8"], CatchUpPerSecond = 10_000 };
        await using var one = await DeliveryNode.StartAsync(database, swift, Token);
        await using var other = await DeliveryNode.StartAsync(database, swift, Token);
        var institution = await one.AddInstitutionAsync(Token);
        var endpoint = await one.AddEndpointAsync(institution, receiver.Url, Token, ordering: "per_learner", retrySchedule: [1, 1]);
        await one.SetStatusAsync(endpoint, "paused", Token);
        await PublishAsync(one, institution, [.. Enumerable.Range(0, 2_500).Select(static i => $"{i % 100}")]);

        await one.SetStatusAsync(endpoint, "active", Token);

        await one.BecomesAsync(2_500, "select count(*) from attempts where conclusion = 'delivered'", Token);
        foreach (var learner in receiver.Received.GroupBy(static r => r.Headers["ce-subject"]))
        {
            var numbers = learner.Select(static r => int.Parse(r.Headers["sineta-dedupe-key"]["enrollment:".Length..], CultureInfo.InvariantCulture));
            Assert.Equal(numbers.Order(), numbers);
        }
    }

    [Fact]
    public async Task What_was_put_off_is_due_at_once_when_its_endpoint_keeps_no_order_any_more()
    {
        await using var node = await StartAsync();
        var (institution, endpoint) = await HeldAsync(node, [.. Enumerable.Repeat("ana", 2_500)]);
        await ClaimAsync(node, institution, endpoint);
        Assert.Equal(1_999, await node.CountAsync(PutOff, Token));

        await node.Services.GetRequiredService<EndpointRegistry>().UpdateAsync(
            institution, endpoint, static draft => draft with { Ordering = EndpointDraft.OrderingNone }, Token);

        Assert.Equal(0, await node.CountAsync(PutOff, Token));
    }

    [Fact]
    public async Task The_failure_behind_which_many_wait_is_the_endpoints_last()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Task.CompletedTask;
        };
        await using var node = await StartAsync();
        var institution = await node.AddInstitutionAsync(Token);
        var endpoint = await node.AddEndpointAsync(institution, receiver.Url, Token, ordering: "per_learner", retrySchedule: [600]);
        await PublishAsync(node, institution, [.. Enumerable.Repeat("ana", 2_100)]);
        await node.BecomesAsync(1, "select count(*) from attempts", Token);
        await Eventually.TrueAsync(async () => await node.CountAsync(PutOff, Token) >= 1_999, Token);

        var glances = await node.Services.GetRequiredService<DeliveryOverviewStore>().GlanceAsync(institution, [endpoint], TimeSpan.FromDays(1), Token);

        Assert.Equal(StatusCodes.Status422UnprocessableEntity, glances[endpoint].LastFailure?.Status);
    }

    private async Task<DeliveryNode> StartAsync() =>
        await DeliveryNode.StartAsync(await postgres.CreateDatabaseAsync(Token), DeliveryNode.LoopbackOptions, Token);

    /// <summary>An ordered endpoint that is paused, so that the node leaves its deliveries, one for each of these learners, to the test.</summary>
    private static async Task<(long Institution, Guid Endpoint)> HeldAsync(DeliveryNode node, string[] learners)
    {
        var institution = await node.AddInstitutionAsync(Token);
        var endpoint = await node.AddEndpointAsync(institution, new Uri("http://127.0.0.1:9/"), Token, ordering: "per_learner");
        await node.SetStatusAsync(endpoint, "paused", Token);
        await PublishAsync(node, institution, learners);
        return (institution, endpoint);
    }

    private static async Task PublishAsync(DeliveryNode node, long institution, string[] learners)
    {
        foreach (var events in learners.Select((learner, i) => node.NewEvent(institution, $"enrollment:{i}", learner)).Chunk(500))
            Assert.All(await node.Intake.AcceptAsync(events, Token), static result => Assert.IsType<IntakeResult.Accepted>(result));
    }

    private static Task<Claim> ClaimAsync(DeliveryNode node, long institution, Guid endpoint)
    {
        var lease = node.Services.GetRequiredService<NodeLease>().Token ?? throw new InvalidOperationException("The node has no lease.");
        return new DeliveryQueue(node.Database).ClaimOrderedAsync(lease, [(institution, endpoint, 500)], Token);
    }

    private static async Task<Guid> FirstOfAsync(DeliveryNode node, string learner)
    {
        await using var command = node.Database.CreateCommand("select id from open_deliveries where learner = $1 order by id limit 1");
        command.Parameters.AddWithValue(learner);
        return (Guid)(await command.ExecuteScalarAsync(Token))!;
    }
}
