using Microsoft.Extensions.Options;
using Npgsql;
using Sineta.Server.Embedded;

namespace Sineta.Server.Hosting;

/// <summary>The server's PostgreSQL: the one named in <c>ConnectionStrings__Sineta</c>, or the embedded one.</summary>
internal sealed class ServerDatabase(
    IConfiguration configuration, IOptions<ServerOptions> options, TimeProvider time, ILogger<EmbeddedPostgres> logger) : IAsyncDisposable
{
    private static readonly Version Oldest = new(15, 0);
    private EmbeddedPostgres? _embedded;
    private string? _connectionString;

    /// <summary>Known from <see cref="StartAsync"/> on.</summary>
    public string ConnectionString =>
        _connectionString ?? throw new InvalidOperationException("The database is asked for before it is started.");

    /// <summary>Returns when the database takes connections.</summary>
    /// <exception cref="StartRefusedException">It does not, and the operator can mend it.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration.GetConnectionString("Sineta") is { } named)
        {
            await TryAsync(named, cancellationToken);
            _connectionString = named;
            return;
        }

        if (OperatingSystem.IsWindows())
            throw new StartRefusedException("No PostgreSQL comes with Sineta on Windows: name one of yours in ConnectionStrings__Sineta.");

        var embedded = new EmbeddedPostgresOptions
        {
            DataDirectory = options.Value.DataDirectory,
            BinDirectory = PostgresBinaries.Find(),
            Settings = options.Value.Postgres,
        };
        _embedded = await EmbeddedPostgres.StartAsync(embedded, time, logger, cancellationToken);
        _connectionString = _embedded.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        if (_embedded is not null && !OperatingSystem.IsWindows())
            await _embedded.DisposeAsync();
    }

    private static async Task TryAsync(string connectionString, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(cancellationToken);
            if (connection.PostgreSqlVersion < Oldest)
            {
                throw new StartRefusedException(
                    $"ConnectionStrings__Sineta names PostgreSQL {connection.PostgreSqlVersion}, and Sineta needs {Oldest.Major} or newer.");
            }
        }
        catch (ArgumentException e)
        {
            throw new StartRefusedException($"ConnectionStrings__Sineta is not a connection string of Npgsql: {e.Message}", e);
        }
        catch (NpgsqlException e)
        {
            throw new StartRefusedException($"The PostgreSQL of ConnectionStrings__Sineta cannot be reached: {Reason(e)}", e);
        }
    }

    // The inner message tells what the outer one repeats: "Failed to connect to 127.0.0.1:5432" is because of "Connection refused".
    private static string Reason(NpgsqlException e) => e switch
    {
        PostgresException refused => refused.MessageText,
        { InnerException: { } cause } when cause.Message != e.Message => $"{e.Message} ({cause.Message})",
        _ => e.Message,
    };
}
