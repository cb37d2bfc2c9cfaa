using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Dispatch;

/// <summary>Several nodes on one database, without any coordination but its rows.</summary>
public sealed class TwoNodesTests(Postgres postgres)
{
    private static readonly DeliveryOptions TakingOver = new()
    {
        AllowHttp = true,
        AllowedNetworks = ["127.0.0.0/8"],
        LeaseTime = TimeSpan.FromSeconds(10),
        SweepInterval = TimeSpan.FromMilliseconds(200),
        StopPatience = TimeSpan.Zero,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_delivery_ends_once_whichever_node_took_it_in_or_tries_it_again()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        receiver.Answer = (request, context) =>
        {
            var refused = request.Headers["sineta-attempt"] == "1" && request.WebhookId[^1] is '0' or '5' or 'a';
            context.Response.StatusCode = refused ? StatusCodes.Status429TooManyRequests : StatusCodes.Status200OK;
            return Task.CompletedTask;
        };
        var database = await postgres.CreateDatabaseAsync(Token);
        await using var one = await DeliveryNode.StartAsync(database, DeliveryNode.LoopbackOptions, Token);
        await using var other = await DeliveryNode.StartAsync(database, DeliveryNode.LoopbackOptions, Token);
        var institution = await one.AddInstitutionAsync(Token);
        await one.AddEndpointAsync(institution, receiver.Url, Token, retrySchedule: [1, 1, 1, 1, 1, 1]);
        await one.AddEndpointAsync(institution, receiver.Url, Token, ordering: "per_learner", retrySchedule: [1, 1, 1, 1, 1, 1]);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
        {
            var node = i % 2 == 0 ? one : other;
            return node.Intake.AcceptAsync([node.NewEvent(institution, $"enrollment:{i}", learner: $"{i % 10}")], Token);
        }));

        await one.BecomesAsync(0, "select count(*) from unconcluded_deliveries", Token);
        Assert.Equal(200, await one.CountAsync("select count(*) from attempts where conclusion = 'delivered'", Token));
        Assert.Equal(200, await one.CountAsync("select count(distinct delivery_id) from attempts where conclusion is not null", Token));
        Assert.Equal(await one.CountAsync("select count(*) from attempts", Token), receiver.Received.Count);
    }

    [Fact]
    public async Task What_a_node_that_was_cut_off_held_is_taken_over_and_what_it_still_says_does_not_count()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        var hang = new TaskCompletionSource();
        receiver.Answer = (_, _) => hang.Task;
        var database = await postgres.CreateDatabaseAsync(Token);
        await using var proxy = DatabaseProxy.Before(database);
        var doomed = await DeliveryNode.StartAsync(proxy.ConnectionString, TakingOver, Token, patience: TimeSpan.FromSeconds(5));
        await using var other = await DeliveryNode.StartAsync(database, TakingOver, Token);
        var institution = await doomed.AddInstitutionAsync(Token);
        await doomed.AddEndpointAsync(institution, receiver.Url, Token);
        await doomed.Intake.AcceptAsync(doomed.NewEvents(institution, 30), Token);
        await Eventually.TrueAsync(() => receiver.Received.Count == 2, Token);

        proxy.Cut();
        await doomed.DisposeAsync();
        hang.SetResult();
        await RunOutAsync(other);

        await other.BecomesAsync(30, "select count(*) from attempts where conclusion = 'delivered'", Token);
        Assert.Equal(30, receiver.Received.Select(r => r.WebhookId).Distinct().Count());
        Assert.InRange(receiver.Received.Count, 30, 32);
        Assert.Equal(0, await other.CountAsync("select count(*) from unconcluded_deliveries", Token));
    }

    [Fact]
    public async Task A_node_that_was_cut_off_and_comes_back_records_what_it_did_and_goes_on()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        var database = await postgres.CreateDatabaseAsync(Token);
        await using var proxy = DatabaseProxy.Before(database);
        await using var away = await DeliveryNode.StartAsync(proxy.ConnectionString, TakingOver, Token);
        await using var other = await DeliveryNode.StartAsync(database, TakingOver, Token);
        var institution = await away.AddInstitutionAsync(Token);
        await away.AddEndpointAsync(institution, receiver.Url, Token);
        var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        receiver.Answer = (request, _) =>
        {
            if (request.Headers["sineta-dedupe-key"] == "enrollment:0")
            {
                proxy.Cut();
                cut.TrySetResult();
            }

            return Task.CompletedTask;
        };
        await away.Intake.AcceptAsync(away.NewEvents(institution, 20), Token);
        await cut.Task.WaitAsync(Token);
        await RunOutAsync(other);
        await other.BecomesAsync(0, "select count(*) from unconcluded_deliveries", Token);

        receiver.Answer = (_, _) => Task.CompletedTask;
        proxy.Mend();
        IntakeResult result;
        do
            result = Assert.Single(await away.Intake.AcceptAsync([away.NewEvent(institution, "enrollment:20")], Token));
        while (result is IntakeResult.Overloaded);

        Assert.IsType<IntakeResult.Accepted>(result);
        await other.BecomesAsync(21, "select count(*) from attempts where conclusion = 'delivered'", Token);
        Assert.Equal(21, await other.CountAsync("select count(distinct delivery_id) from attempts", Token));
        await other.BecomesAsync(receiver.Received.Count, "select count(*) from attempts", Token);
    }

    /// <summary>The other nodes' leases are over at once, so that none has to be so short that a busy machine loses it.</summary>
    private static async Task RunOutAsync(DeliveryNode living)
    {
        await using var command = living.Database.CreateCommand("update leases set expires_at = now() - interval '1 s' where token <> $1");
        command.Parameters.AddWithValue(await living.Services.GetRequiredService<NodeLease>().WaitAsync(Token));
        await command.ExecuteNonQueryAsync(Token);
    }
}
