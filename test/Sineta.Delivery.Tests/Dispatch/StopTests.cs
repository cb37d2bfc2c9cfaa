using Npgsql;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Dispatch;

/// <summary>What becomes of calls in flight when a node stops.</summary>
public sealed class StopTests(Postgres postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_in_flight_ends_and_is_on_record()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        var answer = new TaskCompletionSource();
        receiver.Answer = (_, _) => answer.Task;
        var connectionString = await postgres.CreateDatabaseAsync(Token);
        await using var database = NpgsqlDataSource.Create(connectionString);
        var node = await CallingAsync(connectionString, receiver, patience: TimeSpan.FromSeconds(20));

        var stopping = node.DisposeAsync().AsTask();
        await Eventually.TrueAsync(() => HasAsync(database, "open_deliveries where lease is null"), Token); // what waited was given back
        answer.SetResult();
        await stopping;

        Assert.Single(receiver.Received);
        Assert.True(await HasAsync(database, "attempts where conclusion = 'delivered'"));
        Assert.True(await HasAsync(database, "open_deliveries where attempts = 0"));
    }

    [Fact]
    public async Task A_call_that_outlasts_the_patience_is_left_to_whoever_comes_next()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        var answer = new TaskCompletionSource();
        receiver.Answer = (_, _) => answer.Task;
        var connectionString = await postgres.CreateDatabaseAsync(Token);
        var node = await CallingAsync(connectionString, receiver, patience: TimeSpan.FromMilliseconds(100));

        await node.DisposeAsync();
        answer.SetResult();

        await using var next = await DeliveryNode.StartAsync(connectionString, DeliveryNode.LoopbackOptions, Token);
        await next.BecomesAsync(2, "select count(*) from attempts where conclusion = 'delivered'", Token);
        Assert.Equal(3, receiver.Received.Count);
    }

    /// <summary>A node with two deliveries for a receiver that is sent one at a time, once that one has arrived.</summary>
    private static async Task<DeliveryNode> CallingAsync(string connectionString, RecordingReceiver receiver, TimeSpan patience)
    {
        var options = new DeliveryOptions { AllowHttp = true, AllowedNetworks = ["127.0.0.0/8"], StopPatience = patience };
        var node = await DeliveryNode.StartAsync(connectionString, options, Token);
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token, maxInFlight: 1);
        await node.Intake.AcceptAsync(node.NewEvents(institution, 2), Token);
        await Eventually.TrueAsync(() => receiver.Received.Count == 1, Token);
        return node;
    }

    private static async Task<bool> HasAsync(NpgsqlDataSource database, string one)
    {
        await using var command = database.CreateCommand($"select count(*) = 1 from {one}");
        return (bool)(await command.ExecuteScalarAsync(Token))!;
    }
}
