using Npgsql;
using Sineta.Server.Embedded;
using Sineta.Testing;

namespace Sineta.Server.Tests.Hosting;

public sealed class ServerProcessTests(Postgres postgres) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Dictionary<string, string> OwnData => new() { ["Sineta__DataDirectory"] = _folder.Path };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Asked_to_end_it_stops_its_PostgreSQL_and_answers_0()
    {
        await using var server = await ServerProcess.StartAsync(OwnData, Stop);
        var postmaster = await PostmasterAsync();

        await server.StopAsync(Stop);

        Assert.Equal(0, server.ExitCode);
        Assert.Equal("", server.Errors);
        Assert.False(await IsPostmasterAsync(postmaster));
        Assert.False(File.Exists(Path.Combine(_folder.Path, "postgres", "postmaster.pid")));
    }

    [Fact]
    public async Task Where_it_cannot_go_on_it_ends_with_1_so_that_it_is_started_again()
    {
        var connectionString = await postgres.CreateDatabaseAsync(Stop);
        await using var server = await ServerProcess.StartAsync(
            new Dictionary<string, string>(OwnData) { ["ConnectionStrings__Sineta"] = connectionString }, Stop);

        await using (var database = NpgsqlDataSource.Create(connectionString))
        {
            await using var spoil = database.CreateCommand("alter table open_deliveries rename to elsewhere");
            await spoil.ExecuteNonQueryAsync(Stop);
        }

        await server.EndedAsync(Stop);
        Assert.Equal(1, server.ExitCode);
        Assert.Matches("^Sineta stopped, for its [A-Za-z]+ failed: 42P01: .+ The log has more of it.\n$", server.Errors);
    }

    [Fact]
    public async Task After_a_kill_the_next_start_stops_the_PostgreSQL_that_was_left()
    {
        await using var killed = await ServerProcess.StartAsync(OwnData, Stop);
        var left = await PostmasterAsync();
        await killed.KillAsync(Stop);
        Assert.True(await IsPostmasterAsync(left));

        await using var next = await ServerProcess.StartAsync(OwnData, Stop);

        Assert.False(await IsPostmasterAsync(left));
        Assert.True(await IsPostmasterAsync(await PostmasterAsync()));
    }

    private async Task<int> PostmasterAsync()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(_folder.Path, "postgres", "postmaster.pid"), Stop);
        return int.Parse(lines[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private Task<bool> IsPostmasterAsync(int processId) =>
        StalePostmaster.IsPostmasterOfAsync(Path.Combine(_folder.Path, "postgres"), processId, Stop);
}
