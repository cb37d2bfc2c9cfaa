using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sineta.Delivery;
using Sineta.Delivery.Storage;
using Sineta.Learning.Storage;

namespace Sineta.Testing;

/// <summary>The schema of delivery and campus, as it is and as it was.</summary>
public static class CampusSchema
{
    private static readonly Assembly[] Assemblies = [typeof(DeliveryServices).Assembly, typeof(CampusTransaction).Assembly];

    public static Task MigrateAsync(NpgsqlDataSource database, CancellationToken cancellationToken) =>
        new Migrator(Assemblies.Select(static a => new MigrationSource(a)), NullLogger<Migrator>.Instance).MigrateAsync(database, cancellationToken);

    /// <summary>Leaves a database as the last program did that did not know of this migration yet.</summary>
    public static async Task MigrateUntilBeforeAsync(NpgsqlDataSource database, int number, CancellationToken cancellationToken)
    {
        await ExecuteAsync(database, "create table migrations (number int primary key, name text not null, applied_at timestamptz not null default now())");
        var earlier =
            from assembly in Assemblies
            from resource in assembly.GetManifestResourceNames()
            where resource.EndsWith(".sql", StringComparison.Ordinal)
            let name = resource.Split('.')[^2]
            where int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture) < number
            orderby name
            select (name, Sql: Read(assembly, resource));
        foreach (var (name, sql) in earlier)
            await ExecuteAsync(database, $"{sql}; insert into migrations (number, name) values ({name[..4]}, '{name}')");

        async Task ExecuteAsync(NpgsqlDataSource on, string sql)
        {
            await using var command = on.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static string Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
