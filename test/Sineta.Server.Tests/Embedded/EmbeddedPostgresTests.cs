using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sineta.Server.Embedded;
using Sineta.Server.Hosting;
using Sineta.Testing;

namespace Sineta.Server.Tests.Embedded;

public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Cluster => Path.Combine(_folder.Path, "postgres");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_stored_is_found_again_after_a_stop()
    {
        await using (var first = await StartAsync())
        {
            await AskAsync(first, "create table kept as select 42 as n");
        }

        await using var second = await StartAsync();
        Assert.Equal(42, await AskAsync(second, "select n from kept"));
    }

    [Fact]
    public async Task It_listens_on_a_private_socket_only()
    {
        await using var postgres = await StartAsync();
        Assert.Equal("", await AskAsync(postgres, "show listen_addresses"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Cluster));
    }

    [Fact]
    public async Task A_setting_of_the_operator_wins_over_ours()
    {
        await using var postgres = await StartAsync(options => options with
        {
            Settings = new Dictionary<string, string> { ["max_connections"] = "23" },
        });
        Assert.Equal("23", await AskAsync(postgres, "show max_connections"));
    }

    [Fact]
    public async Task A_killed_PostgreSQL_is_started_again_with_what_it_had_committed()
    {
        await using var postgres = await StartAsync();
        await AskAsync(postgres, "create table kept as select 42 as n");
        var killed = postgres.ProcessId;

        Libc.Signal(killed, 9);

        Assert.Equal(42, await AskUntilAnsweredAsync(postgres, "select n from kept"));
        await Eventually.TrueAsync(() => postgres.ProcessId != killed, Stop); // it answers before its start is noticed
    }

    [Fact]
    public async Task A_killed_session_costs_no_committed_row()
    {
        await using var postgres = await StartAsync();
        await AskAsync(postgres, "create table kept as select 42 as n");
        await using var connection = await OpenAsync(postgres);

        Libc.Signal(connection.ProcessID, 9);

        Assert.Equal(42, await AskUntilAnsweredAsync(postgres, "select n from kept"));
    }

    [Fact]
    public async Task A_second_server_on_one_data_folder_is_refused()
    {
        await using var first = await StartAsync();
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync());
        Assert.StartsWith($"Another Sineta runs on the data folder {_folder.Path}:", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_another_version_is_refused_and_not_touched()
    {
        await (await StartAsync()).DisposeAsync();
        var version = Path.Combine(Cluster, "PG_VERSION");
        await File.WriteAllTextAsync(version, "17\n", Stop);
        var before = FileTimes();

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync());

        Assert.Contains("was made by PostgreSQL 17, and this program carries PostgreSQL 18", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, FileTimes());
    }

    [Fact]
    public async Task A_first_start_that_was_cut_short_is_begun_anew()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "postgres.new", "base"));
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "postgres.new", "PG_VERSION"), "18\n", Stop);

        await using var postgres = await StartAsync();

        Assert.Equal(1, await AskAsync(postgres, "select 1"));
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "postgres.new")));
    }

    [Fact]
    public async Task A_folder_with_other_files_is_refused_and_kept()
    {
        var file = Path.Combine(Directory.CreateDirectory(Cluster).FullName, "letter.txt");
        await File.WriteAllTextAsync(file, "dear", Stop);
        await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync());
        Assert.Equal("dear", await File.ReadAllTextAsync(file, Stop));
    }

    [Fact]
    public async Task A_process_that_was_given_the_number_of_a_dead_PostgreSQL_is_left_alone()
    {
        await (await StartAsync()).DisposeAsync();
        var account = await PostgresAccount.ForAsync(Cluster, Path.Combine(PostgresBinaries.Find(), "postgres"), Stop);
        using var stranger = System.Diagnostics.Process.Start(Command.Describe(account.Line(["sleep", "300"])))!;
        var pidFile = Path.Combine(Cluster, "postmaster.pid");
        await File.WriteAllTextAsync(pidFile, $"{stranger.Id}\n{Cluster}\n1700000000\n5432\n{Cluster}\n\n", Stop);

        await using (var postgres = await StartAsync())
        {
            Assert.Equal(1, await AskAsync(postgres, "select 1"));
        }

        Assert.False(stranger.HasExited);
        stranger.Kill();
    }

    [Fact]
    public async Task Below_a_path_too_long_for_a_socket_it_listens_elsewhere_and_cleans_up()
    {
        var deep = Path.Combine(_folder.Path, new string('d', 120));
        await using var postgres = await StartAsync(options => options with { DataDirectory = deep });
        var socketFolder = new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Host!;

        Assert.Equal(1, await AskAsync(postgres, "select 1"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(socketFolder));
        await postgres.DisposeAsync();
        Assert.False(Directory.Exists(socketFolder));
    }

    [Fact]
    public async Task What_PostgreSQL_complains_of_is_told_in_one_sentence()
    {
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(options => options with
        {
            Settings = new Dictionary<string, string> { ["shared_buffers"] = "much" },
        }));
        Assert.Equal("PostgreSQL did not start: invalid value for parameter \"shared_buffers\": \"much\"", refused.Message);
    }

    private Dictionary<string, DateTime> FileTimes() =>
        Directory.EnumerateFiles(Cluster, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.GetLastWriteTimeUtc);

    private async Task<EmbeddedPostgres> StartAsync(Func<EmbeddedPostgresOptions, EmbeddedPostgresOptions>? change = null)
    {
        var options = new EmbeddedPostgresOptions { DataDirectory = _folder.Path, BinDirectory = PostgresBinaries.Find() };
        return await EmbeddedPostgres.StartAsync(change?.Invoke(options) ?? options, TimeProvider.System, NullLogger.Instance, Stop);
    }

    private static async Task<NpgsqlConnection> OpenAsync(EmbeddedPostgres postgres)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Pooling = false };
        var connection = new NpgsqlConnection(unpooled.ConnectionString);
        await connection.OpenAsync(Stop);
        return connection;
    }

    private static async Task<object?> AskAsync(EmbeddedPostgres postgres, string sql)
    {
        await using var connection = await OpenAsync(postgres);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Stop);
    }

    private static async Task<object?> AskUntilAnsweredAsync(EmbeddedPostgres postgres, string sql)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await AskAsync(postgres, sql);
            }
            catch (NpgsqlException) when (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(2))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
            }
        }
    }
}
