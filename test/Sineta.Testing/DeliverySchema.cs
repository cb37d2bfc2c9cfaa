using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sineta.Delivery;
using Sineta.Delivery.Storage;

namespace Sineta.Testing;

/// <summary>The schema of delivery alone, for tests of its storage.</summary>
public static class DeliverySchema
{
    public static Task MigrateAsync(NpgsqlDataSource database, CancellationToken cancellationToken) =>
        new Migrator([new MigrationSource(typeof(DeliveryServices).Assembly)], NullLogger<Migrator>.Instance).MigrateAsync(database, cancellationToken);
}
