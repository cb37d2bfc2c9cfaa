using System.Runtime.Versioning;
using Npgsql;
using Sineta.Server.Hosting;

namespace Sineta.Server.Embedded;

/// <summary>
/// A real PostgreSQL as a child process: reached through a private Unix socket only, started again when it dies, stopped when disposed.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class EmbeddedPostgres : IAsyncDisposable
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private readonly FileStream _folderLock;
    private readonly string _cluster;
    private readonly string _socketFolder;
    private readonly IReadOnlyList<string> _commandLine;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private Postmaster _postmaster = null!;
    private Task _supervision = Task.CompletedTask;

    private EmbeddedPostgres(
        EmbeddedPostgresOptions options, FileStream folderLock, PostgresAccount account, TimeProvider time, ILogger logger)
    {
        (_folderLock, _time, _logger) = (folderLock, time, logger);
        _cluster = ClusterFolder(options);
        _socketFolder = SocketFolder.Choose(_cluster, account);
        _commandLine = account.DetachedLine(PostgresLine(options));
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = _socketFolder,
            Username = Cluster.Name,
            Database = Cluster.Name,
            MaxPoolSize = 50,
        }.ConnectionString;
    }

    /// <summary>Reaches the database <c>sineta</c> as its superuser; stays the same when PostgreSQL is started again.</summary>
    public string ConnectionString { get; }

    /// <summary>The postmaster of now.</summary>
    public int ProcessId => _postmaster.ProcessId;

    /// <summary>Makes the database if there is none, starts it, and waits until it takes connections.</summary>
    /// <exception cref="StartRefusedException">It cannot be started; the message is one sentence for the operator.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(
        EmbeddedPostgresOptions options, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var cluster = ClusterFolder(options);
        var folderLock = DataFolder.Lock(options.DataDirectory);
        try
        {
            if (await StalePostmaster.StopAsync(cluster, time, cancellationToken) is { } stale)
                EmbeddedPostgresLog.StoppedStale(logger, stale);

            var account = await PostgresAccount.ForAsync(cluster, Path.Combine(options.BinDirectory, "postgres"), cancellationToken);
            await new Cluster(cluster, options.BinDirectory, account).PrepareAsync(cancellationToken);
            var postgres = new EmbeddedPostgres(options, folderLock, account, time, logger);
            await postgres.BeginAsync(cancellationToken);
            EmbeddedPostgresLog.Started(logger, postgres.ProcessId, time.GetElapsedTime(began));
            return postgres;
        }
        catch
        {
            await folderLock.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends every session and shuts PostgreSQL down cleanly.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;

        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        await _stopping.CancelAsync();
        await _supervision;
        await _postmaster.StopAsync(_time);
        _postmaster.Dispose();
        SocketFolder.Forget(_socketFolder, _cluster);
        await _folderLock.DisposeAsync();
        _stopping.Dispose();
        EmbeddedPostgresLog.Stopped(_logger);
    }

    private static string ClusterFolder(EmbeddedPostgresOptions options) =>
        Path.Combine(Path.GetFullPath(options.DataDirectory), "postgres");

    private IReadOnlyList<string> PostgresLine(EmbeddedPostgresOptions options)
    {
        var settings = new Dictionary<string, string>(EmbeddedPostgresOptions.Tuned);
        foreach (var (name, value) in options.Settings)
            settings[name] = value;

        settings["listen_addresses"] = "";
        settings["unix_socket_directories"] = _socketFolder;
        return
        [
            Path.Combine(options.BinDirectory, "postgres"), "-D", _cluster,
            .. settings.SelectMany(setting => (string[])["-c", $"{setting.Key}={setting.Value}"]),
        ];
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        try
        {
            _postmaster = await Postmaster.StartAsync(_commandLine, _time, _logger, cancellationToken);
        }
        catch
        {
            SocketFolder.Forget(_socketFolder, _cluster);
            throw;
        }

        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
        _supervision = SuperviseAsync();
        try
        {
            await MakeDatabaseAsync(cancellationToken);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private async Task MakeDatabaseAsync(CancellationToken cancellationToken)
    {
        var maintenance = new NpgsqlConnectionStringBuilder(ConnectionString) { Database = "postgres", Pooling = false };
        await using var connection = new NpgsqlConnection(maintenance.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var exists = new NpgsqlCommand("select exists (select from pg_database where datname = 'sineta')", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken) is false)
        {
            await using var create = new NpgsqlCommand("create database sineta", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private async Task SuperviseAsync()
    {
        try
        {
            while (true)
            {
                var exitCode = await _postmaster.Ended.WaitAsync(_stopping.Token);
                EmbeddedPostgresLog.Ended(_logger, _postmaster.ProcessId, exitCode);
                await RestartAsync();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Disposing stops what runs.
        }
    }

    /// <summary>Tries until it runs: the sessions of a killed postmaster hold its memory for a moment, and a full disk lasts longer.</summary>
    private async Task RestartAsync()
    {
        for (var delay = FirstDelay; ; delay = TimeSpan.FromTicks(Math.Min(2 * delay.Ticks, LongestDelay.Ticks)))
        {
            var began = _time.GetTimestamp();
            try
            {
                var next = await Postmaster.StartAsync(_commandLine, _time, _logger, _stopping.Token);
                using var ended = _postmaster;
                _postmaster = next;
                EmbeddedPostgresLog.Started(_logger, next.ProcessId, _time.GetElapsedTime(began));
                return;
            }
            catch (StartRefusedException e)
            {
                EmbeddedPostgresLog.RestartFailed(_logger, e.Message, delay);
                await Task.Delay(delay, _time, _stopping.Token);
            }
        }
    }

    private void OnProcessExit(object? sender, EventArgs e) => _postmaster.SignalUnlessEnded(Libc.Interrupt);
}
