using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Endpoints;
using Endpoint = Sineta.Delivery.Endpoints.Endpoint;

namespace Sineta.Server.Pages.Inbox;

/// <summary>Connects institutions with the inbox: by an endpoint of theirs that leads here, and proves itself like any other.</summary>
internal sealed class InboxConnection(
    Configuration configuration, EndpointRegistry registry, EndpointVerifier verifier, IServer server, IHostApplicationLifetime lifetime)
    : BackgroundService
{
    private static readonly string[] EveryAddress = ["[::]", "0.0.0.0", "*", "+"];
    private long? _demo;

    public static Endpoint? EndpointOf(Configuration configuration, long institution) =>
        configuration.EndpointsOf(institution).FirstOrDefault(IsInbox);

    /// <summary>Has an institution connected once the server listens.</summary>
    public void ConnectAtStart(long institution) => _demo = institution;

    /// <summary>Makes the endpoint, or leads the one that there is to where the server listens now.</summary>
    /// <returns>Whether it has proven itself.</returns>
    public async Task<bool> ConnectAsync(long institution, CancellationToken cancellationToken)
    {
        var url = new Uri(AddressOf(server), PathOf(institution)).AbsoluteUri;
        var present = EndpointOf(configuration, institution);
        var change = present is null
            ? await registry.CreateAsync(institution, new EndpointDraft { Url = url, Description = "Inbox" }, cancellationToken)
            : await registry.UpdateAsync(institution, present.Id, draft => draft with { Url = url }, cancellationToken);
        return change is EndpointChange.Made made && (await verifier.VerifyAsync(made.Endpoint, cancellationToken)).Problem is null;
    }

    // A server that was started on another port is found again.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        foreach (var institution in configuration.Endpoints.Where(IsInbox).Select(static e => e.InstitutionId).ToHashSet())
            await ConnectAsync(institution, stoppingToken);
        if (_demo is { } demo)
            await ConnectAsync(demo, stoppingToken);
    }

    private static bool IsInbox(Endpoint endpoint) => endpoint.Url.IsLoopback && endpoint.Url.AbsolutePath == PathOf(endpoint.InstitutionId);

    private static string PathOf(long institution) => $"/inbox/receive/{institution}";

    // Where it listens on every address, this machine's own is one of them.
    private static Uri AddressOf(IServer server)
    {
        var address = server.Features.Get<IServerAddressesFeature>()!.Addresses.First();
        foreach (var every in EveryAddress)
            address = address.Replace(every, "127.0.0.1", StringComparison.Ordinal);
        return new Uri(address);
    }
}
