using Microsoft.Extensions.Options;
using Sineta.Delivery;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Learning;

namespace Sineta.Server.Hosting;

/// <summary>The database and what delivers from it, and how both come up before the first request.</summary>
internal static class StartUp
{
    /// <summary>
    /// False until the server listens. Before that the host and Kestrel would log the stack trace of what the operator is told in a
    /// sentence.
    /// </summary>
    public static bool IsOver { get; private set; }

    public static void AddDatabase(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ServerDatabase>();
        builder.Services.AddHostedService<IdleMemory>();
        builder.Services.AddSingleton(services => Database.Connect(services.GetRequiredService<ServerDatabase>().ConnectionString));
        builder.Services.AddSingleton(services => HistoryDatabase.Connect(services.GetRequiredService<ServerDatabase>().ConnectionString));
    }

    public static void AddDelivery(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<DeliveryOptions>()
            .BindConfiguration(DeliveryOptions.Section, Settings.Strictly).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<DeliveryOptions>, DeliveryOptionsRules>();
        builder.Services.AddSingleton<SecretKey>();
        builder.Services.AddSingleton(services => services.GetRequiredService<SecretKey>().Open());
        builder.Services.AddSinetaDelivery();
        builder.Services.AddHostedService<FirstStart>();
    }

    public static void AddLearning(this WebApplicationBuilder builder) => builder.Services.AddSinetaLearning();

    /// <summary>Judges the settings, starts the database and brings it up to date.</summary>
    /// <exception cref="StartRefusedException">The operator can mend what is wrong.</exception>
    public static async Task PrepareAsync(this WebApplication app, CancellationToken cancellationToken)
    {
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        await app.Services.GetRequiredService<ServerDatabase>().StartAsync(cancellationToken);
        await app.Services.PrepareSinetaDeliveryAsync(cancellationToken);
        await app.Services.GetRequiredService<SecretKey>().CheckAsync(cancellationToken);
        var chosenKey = app.Services.GetRequiredService<IOptions<ServerOptions>>().Value.OperatorKey;
        await app.Services.GetRequiredService<Bootstrap>().RecallAsync(chosenKey, cancellationToken);
        app.Lifetime.ApplicationStarted.Register(() => Announce(app));
    }

    /// <summary>Serves until it is asked to stop.</summary>
    /// <exception cref="StoppedByFaultException">It stopped by itself: what it cannot do without has failed.</exception>
    public static async Task ServeAsync(this WebApplication app, CancellationToken stopping)
    {
        BackgroundService[] indispensable = [.. app.Services.GetServices<IHostedService>().OfType<BackgroundService>()];
        await app.RunAsync(stopping);
        if (!stopping.IsCancellationRequested
            && Array.Find(indispensable, static s => s.ExecuteTask is { IsFaulted: true }) is { ExecuteTask.Exception.InnerException: { } fault } failed)
            throw new StoppedByFaultException(failed.GetType().Name, fault);
    }

    private static void Announce(WebApplication app)
    {
        IsOver = true;
        Console.WriteLine($"Sineta is ready: {string.Join(" and ", app.Urls)}");
    }
}
