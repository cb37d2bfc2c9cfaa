using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.History;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery;

/// <summary>Puts delivery together.</summary>
public static class DeliveryServices
{
    /// <summary>
    /// Adds delivery to a host that provides a migrated <see cref="NpgsqlDataSource"/>, a <see cref="HistoryDatabase"/> beside it, a
    /// <see cref="SecretVault"/> and <see cref="DeliveryOptions"/> (the section <c>Delivery</c>).
    /// </summary>
    public static IServiceCollection AddSinetaDelivery(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<DeliveryOptions>>().Value);
        services.AddMetrics();
        services.AddSingleton<DeliveryMetrics>();
        services.AddSingleton(new MigrationSource(typeof(DeliveryServices).Assembly));
        services.AddSingleton<Migrator>();
        services.AddSingleton<IdGenerator>();
        services.AddSingleton<Partitions>();
        services.AddSingleton<NodeLease>();
        services.AddSingleton<ConfigurationStore>();
        services.AddSingleton<Configuration>();
        AddManagement(services);
        services.AddSingleton<FreshCommits>();
        services.AddSingleton<DeliveryPlanner>();
        services.AddSingleton<EventIntake>();
        services.AddSingleton<EventTransactions>();
        services.AddSingleton<IdempotencyStore>();
        services.AddSingleton<EventPublisher>();
        services.AddSingleton(
            provider => new DeliverySender(provider.GetRequiredService<DeliveryOptions>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Handshake>();
        services.AddSingleton<EndpointVerifier>();
        services.AddSingleton<DeliveryQueue>();
        services.AddSingleton<Audience>();
        services.AddSingleton<AttemptLedger>();
        services.AddSingleton<EndpointStatistics>();
        services.AddSingleton<OutcomeRecorder>();
        services.AddSingleton<EndpointHealth>();
        services.AddSingleton<Dispatcher>();
        services.AddSingleton<Bell>(provider => provider.GetRequiredService<Dispatcher>());
        services.AddSingleton<DueClaimer>();
        AddHistory(services);

        // In this order they start, and in the other they stop: intake ends first, then the dispatcher, whose last outcomes the recorder
        // writes before the lease is given back.
        services.AddHostedService(provider => provider.GetRequiredService<NodeLease>());
        services.AddHostedService(provider => provider.GetRequiredService<EndpointStatistics>());
        services.AddHostedService(provider => provider.GetRequiredService<OutcomeRecorder>());
        services.AddHostedService(provider => provider.GetRequiredService<EndpointHealth>());
        services.AddHostedService(provider => provider.GetRequiredService<Dispatcher>());
        services.AddHostedService(provider => provider.GetRequiredService<DueClaimer>());
        services.AddHostedService(provider => provider.GetRequiredService<EventIntake>());
        services.AddHostedService<ConfigurationListener>();
        services.AddHostedService(provider => provider.GetRequiredService<Audience>());
        services.AddHostedService(provider => provider.GetRequiredService<AttemptStream>());
        services.AddHostedService<EndpointRemoval>();
        services.AddHostedService<IdempotencyExpiry>();
        services.AddHostedService<Replayer>();
        services.AddHostedService(provider => provider.GetRequiredService<Retention>());
        services.AddHostedService(provider => provider.GetRequiredService<BacklogSampler>());
        return services;
    }

    private static void AddManagement(IServiceCollection services)
    {
        services.AddSingleton<ConfigurationWriter>();
        services.AddSingleton<ApiKeyStore>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<InstitutionStore>();
        services.AddSingleton<OperatorKey>();
        services.AddSingleton<Bootstrap>();
        services.AddSingleton<EndpointStore>();
        services.AddSingleton(static provider =>
        {
            var options = provider.GetRequiredService<DeliveryOptions>();
            return new EndpointRules(new DestinationRules(new AddressRules(options.ParsedNetworks()), options.AllowHttp));
        });
        services.AddSingleton<EndpointRegistry>();
    }

    private static void AddHistory(IServiceCollection services)
    {
        services.AddSingleton<EventLog>();
        services.AddSingleton<DeliveryLog>();
        services.AddSingleton<AttemptLog>();
        services.AddSingleton<StreamStore>();
        services.AddSingleton<AttemptStream>();
        services.AddSingleton<EndpointStatsStore>();
        services.AddSingleton<DeliveryOverviewStore>();
        services.AddSingleton<BacklogSampler>();
        services.AddSingleton<Resend>();
        services.AddSingleton<ReplayRules>();
        services.AddSingleton<ReplayStore>();
        services.AddSingleton<ReplayQueue>();
        services.AddSingleton<Retention>();
    }

    /// <summary>Brings the database up to date, for all of the host's migrations, and this node's view of it with it: before anything is served.</summary>
    /// <exception cref="NewerDatabaseException">The database belongs to a later version of the program.</exception>
    public static async Task PrepareSinetaDeliveryAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        await services.GetRequiredService<Migrator>().MigrateAsync(services.GetRequiredService<NpgsqlDataSource>(), cancellationToken);
        await services.GetRequiredService<Partitions>().EnsureAsync(cancellationToken);
        await services.GetRequiredService<Configuration>().RefreshAsync(cancellationToken);
    }
}
