using Microsoft.Extensions.DependencyInjection;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Intake;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Dispatch;

/// <summary>What a slow or silent receiver costs the others: nothing.</summary>
public sealed class IsolationTests(Postgres postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Five_hundred_receivers_that_never_answer_do_not_delay_one_that_does()
    {
        await using var silent = await SilentReceiverAsync();
        await using var healthy = await RecordingReceiver.StartAsync(Token);
        var patient = new DeliveryOptions { AllowHttp = true, AllowedNetworks = ["127.0.0.0/8"], ConnectTimeout = TimeSpan.FromHours(1) };
        await using var node = await DeliveryNode.StartAsync(await postgres.CreateDatabaseAsync(Token), patient, Token);
        var institution = await node.AddInstitutionAsync(Token);
        for (var endpoint = 0; endpoint < 500; endpoint++)
            await node.AddEndpointAsync(institution, silent.Url, Token, timeoutSeconds: 3_600);
        await node.AddEndpointAsync(institution, healthy.Url, Token);

        for (var round = 0; round < 5; round++)
        {
            Event[] events = [.. Enumerable.Range(0, 4).Select(i => node.NewEvent(institution, $"enrollment:{round}-{i}"))];
            await node.Intake.AcceptAsync(events, Token);
            await Eventually.TrueAsync(() => healthy.Received.Count == 4 * (round + 1), Token);
        }

        Assert.Equal(0, await node.CountAsync("select count(*) from attempts where outcome <> 'delivered'", Token));
        await Eventually.TrueAsync(() => silent.Received.Count >= 1_000, Token);
        Assert.Equal(1_000, silent.Received.Count);
    }

    [Fact]
    public async Task When_memory_is_full_of_what_hangs_a_healthy_endpoint_still_gets_its_share()
    {
        await using var silent = await SilentReceiverAsync();
        await using var healthy = await RecordingReceiver.StartAsync(Token);
        var options = new DeliveryOptions { AllowHttp = true, AllowedNetworks = ["127.0.0.0/8"], MaxInMemory = 10 };
        await using var node = await DeliveryNode.StartAsync(await postgres.CreateDatabaseAsync(Token), options, Token);
        var dispatcher = node.Services.GetRequiredService<Dispatcher>();
        var hanging = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(hanging, silent.Url, Token);
        await node.Intake.AcceptAsync(node.NewEvents(hanging, 50), Token);
        Assert.Equal(10, dispatcher.InMemory);

        var working = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(working, healthy.Url, Token, maxInFlight: 4);
        var most = 0;
        foreach (var i in Enumerable.Range(0, 50))
        {
            await node.Intake.AcceptAsync([node.NewEvent(working, $"enrollment:{i}")], Token);
            most = Math.Max(most, dispatcher.InMemory);
        }

        await Eventually.TrueAsync(() => healthy.Received.Count == 50, Token);
        Assert.InRange(most, 10, 10 + 2 * 4);
    }

    private static async Task<RecordingReceiver> SilentReceiverAsync()
    {
        var receiver = await RecordingReceiver.StartAsync(Token);
        receiver.Answer = (_, context) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        return receiver;
    }
}
