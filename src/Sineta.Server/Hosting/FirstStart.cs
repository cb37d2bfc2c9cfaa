using Microsoft.Extensions.Options;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Institutions;
using Sineta.Server.Demo;
using Sineta.Server.Pages.Inbox;

namespace Sineta.Server.Hosting;

/// <summary>
/// What a new database needs before it can be used: the operator's key, and an institution to try things with. They are made once the
/// server listens: keys that can be shown only once are of no use where it then cannot start.
/// </summary>
internal sealed class FirstStart(
    Bootstrap bootstrap, Configuration configuration, IOptions<ServerOptions> options, IServiceProvider services) : IHostedLifecycleService
{
    /// <summary>Makes what is missing, and shows the keys that can be shown only now.</summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        var keys = await bootstrap.EnsureAsync(options.Value.OperatorKey, cancellationToken);
        if (keys.OperatorKey is { } operatorKey)
            Console.WriteLine($"The operator's key, shown only now: {operatorKey}");
        if (keys.Demo is not { } demo)
            return;
        await configuration.CatchUpAsync(demo.Version, cancellationToken);
        Console.WriteLine($"The key of institution {demo.Key.Institution.Id} ({demo.Key.Institution.Name}), shown only now: {demo.Token}");
        if (options.Value.DemoSchool)
            await OpenDemoSchoolAsync(demo.Key.Institution, cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task OpenDemoSchoolAsync(Institution institution, CancellationToken cancellationToken)
    {
        await ActivatorUtilities.CreateInstance<DemoSchool>(services).OpenAsync(institution, cancellationToken);
        services.GetService<InboxConnection>()?.ConnectAtStart(institution.Id);
        Console.WriteLine(
            $"Its demo school has learners ({DemoPeople.Learners[0].Email}), a manager ({DemoPeople.Manager.Email}) and an integrator "
            + $"({DemoPeople.Integrator.Email}); the password of all is: {DemoPeople.Password}");
    }
}
