using Microsoft.Extensions.Options;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Institutions;
using Sineta.Server.Demo;
using Sineta.Server.Pages.Inbox;

namespace Sineta.Server.Hosting;

/// <summary>What a new database needs before it can be used: the operator's key, and an institution to try things with.</summary>
internal static class FirstStart
{
    /// <summary>Makes what is missing, and shows the keys that can be shown only now.</summary>
    /// <exception cref="StartRefusedException">The operator's key is no key.</exception>
    public static async Task ShowKeysAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var keys = await services.GetRequiredService<Bootstrap>().EnsureAsync(ChosenKey(services), cancellationToken);
        if (keys.OperatorKey is { } operatorKey)
            Console.WriteLine($"The operator's key, shown only now: {operatorKey}");
        if (keys.Demo is not { } demo)
            return;
        await services.GetRequiredService<Configuration>().CatchUpAsync(demo.Version, cancellationToken);
        Console.WriteLine($"The key of institution {demo.Key.Institution.Id} ({demo.Key.Institution.Name}), shown only now: {demo.Token}");
        if (services.GetRequiredService<IOptions<ServerOptions>>().Value.DemoSchool)
            await OpenDemoSchoolAsync(services, demo.Key.Institution, cancellationToken);
    }

    private static async Task OpenDemoSchoolAsync(IServiceProvider services, Institution institution, CancellationToken cancellationToken)
    {
        await ActivatorUtilities.CreateInstance<DemoSchool>(services).OpenAsync(institution, cancellationToken);
        services.GetService<InboxConnection>()?.ConnectAtStart(institution.Id);
        Console.WriteLine(
            $"Its demo school has learners ({DemoPeople.Learners[0].Email}), a manager ({DemoPeople.Manager.Email}) and an integrator "
            + $"({DemoPeople.Integrator.Email}); the password of all is: {DemoPeople.Password}");
    }

    private static string? ChosenKey(IServiceProvider services)
    {
        var chosen = services.GetRequiredService<IOptions<ServerOptions>>().Value.OperatorKey;
        return chosen is null || (chosen.Length is >= OperatorKey.MinLength and <= OperatorKey.MaxLength && !chosen.Any(char.IsWhiteSpace))
            ? chosen
            : throw new StartRefusedException(
                $"Sineta__OperatorKey must have {OperatorKey.MinLength} to {OperatorKey.MaxLength} characters, and no blanks.");
    }
}
