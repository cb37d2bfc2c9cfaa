using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sineta.Server.Embedded;
using Sineta.Server.Hosting;

namespace Sineta.Testing;

/// <summary>
/// A real PostgreSQL for a test assembly, started by the first test that asks for a database:
/// <c>[assembly: AssemblyFixture(typeof(Postgres))]</c>. It is the embedded PostgreSQL 18, or, where <c>SINETA_TEST_POSTGRES=15</c> is set,
/// Debian's PostgreSQL 15. It does not wait for the disk.
/// </summary>
public sealed class Postgres : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private EmbeddedPostgres? _postgres;
    private readonly Lock _lock = new();
    private Task<string>? _shared;
    private int _databases;

    /// <summary>The major version: 18 or 15.</summary>
    public static int Major { get; } =
        int.Parse(Environment.GetEnvironmentVariable("SINETA_TEST_POSTGRES") ?? "18", CultureInfo.InvariantCulture);

    /// <summary>The postmaster, for tests that kill it.</summary>
    public int ProcessId => _postgres?.ProcessId ?? throw new InvalidOperationException("No test has asked for a database yet.");

    /// <summary>Makes a new, empty database and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var server = await StartedAsync(cancellationToken);
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync(server, $"create database {name} strategy file_copy", cancellationToken);
        return new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 10 }.ConnectionString;
    }

    /// <summary>The one database of all tests that keep to an institution of their own.</summary>
    public Task<string> SharedDatabaseAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return (_shared ??= CreateDatabaseAsync(CancellationToken.None)).WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
            await _postgres.DisposeAsync();

        _starting.Dispose();
    }

    private async Task<string> StartedAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            if (_postgres is null)
            {
                _postgres = await StartInFreeFolderAsync(cancellationToken);
                await DropLeftoversAsync(_postgres.ConnectionString, cancellationToken);
            }

            return _postgres.ConnectionString;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Folders are used again, so that a killed test run leaves one PostgreSQL at most, which the next run stops.</summary>
    private static async Task<EmbeddedPostgres> StartInFreeFolderAsync(CancellationToken cancellationToken)
    {
        for (var number = 0; ; number++)
        {
            var folder = Path.Combine(Path.GetTempPath(), $"sineta-tests-{Environment.UserName}", $"{Major}-{number}");
            try
            {
                return await EmbeddedPostgres.StartAsync(Options(folder), TimeProvider.System, NullLogger.Instance, cancellationToken);
            }
            catch (StartRefusedException e) when (e.InnerException is IOException && number < 50)
            {
                // Another test assembly has that folder.
            }
        }
    }

    private static EmbeddedPostgresOptions Options(string folder) => new()
    {
        DataDirectory = folder,
        BinDirectory = Major == 18 ? PostgresBinaries.Find() : $"/usr/lib/postgresql/{Major}/bin",
        Settings = new Dictionary<string, string>
        {
            ["fsync"] = "off",
            ["full_page_writes"] = "off",
            ["max_connections"] = "200",
            ["shared_buffers"] = "64MB",
        },
    };

    private static async Task DropLeftoversAsync(string server, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await using (var source = NpgsqlDataSource.Create(server))
        await using (var list = source.CreateCommand("select datname from pg_database where datname like 'test\\_%'"))
        await using (var reader = await list.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                names.Add(reader.GetString(0));
        }

        foreach (var name in names)
            await ExecuteAsync(server, $"drop database {name} (force)", cancellationToken);
    }

    private static async Task ExecuteAsync(string server, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
