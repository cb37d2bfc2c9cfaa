using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Sineta.Delivery.Storage;

/// <summary>
/// Brings a database to this program's schema: numbered SQL files, forward only, each in a transaction, one program at a time (an advisory
/// lock). A database that is newer than the program is refused untouched.
/// </summary>
/// <param name="sources">Whose files they are; their numbers are one row.</param>
public sealed partial class Migrator(IEnumerable<MigrationSource> sources, ILogger<Migrator> logger)
{
    private const long LockKey = 0x53696E657461; // "Sineta"
    private const string Folder = ".Storage.Migrations.";

    /// <exception cref="NewerDatabaseException">A later version of the program has migrated this database.</exception>
    public async Task MigrateAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var migrations = Migrations();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"select pg_advisory_xact_lock({LockKey})", cancellationToken);
        await ExecuteAsync(connection, """
            create table if not exists migrations (number int primary key, name text not null, applied_at timestamptz not null default now())
            """, cancellationToken);

        var applied = await AppliedAsync(connection, cancellationToken);
        if (applied > migrations[^1].Number)
            throw new NewerDatabaseException(applied, migrations[^1].Number);

        if (applied > 0 && applied < migrations[^1].Number)
            LogBegun(applied, migrations[^1].Number);
        foreach (var migration in migrations.Where(m => m.Number > applied))
        {
            await ExecuteAsync(connection, migration.Sql, cancellationToken);
            if (applied > 0)
                LogDone(migration.Name);
            await using var record = new NpgsqlCommand("insert into migrations (number, name) values ($1, $2)", connection);
            record.Parameters.AddWithValue(migration.Number);
            record.Parameters.AddWithValue(migration.Name);
            await record.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<int> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select coalesce(max(number), 0) from migrations", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Takes the time that it takes: on a large table, or until another node has migrated.</summary>
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private List<Migration> Migrations() =>
    [
        .. from assembly in sources.Select(static s => s.Assembly)
           from resource in assembly.GetManifestResourceNames()
           let at = resource.IndexOf(Folder, StringComparison.Ordinal)
           where at >= 0
           let name = resource[(at + Folder.Length)..^".sql".Length]
           orderby name
           select new Migration(int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, Read(assembly, resource)),
    ];

    private static string Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    private sealed record Migration(int Number, string Name, string Sql);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database goes from migration {From} to {To}, which may take minutes where there is much in it")]
    private partial void LogBegun(int from, int to);

    [LoggerMessage(Level = LogLevel.Information, Message = "Migration {Name} is through; all are kept once the last one is")]
    private partial void LogDone(string name);
}

/// <summary>An assembly with migrations: its embedded files <c>Storage/Migrations/0001_name.sql</c>.</summary>
public sealed record MigrationSource(Assembly Assembly);

/// <summary>The database was migrated by a later version of the program; running this one could lose data.</summary>
public sealed class NewerDatabaseException(int found, int known)
    : Exception($"The database is at migration {found}, and this program knows only {known}: start the newer program.")
{
    public int Found { get; } = found;

    public int Known { get; } = known;
}
