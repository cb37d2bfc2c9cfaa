using System.Globalization;
using Npgsql;
using Sineta.Server.Embedded;
using Sineta.Testing;

namespace Sineta.Server.Tests.Drills;

/// <summary>One server with its embedded PostgreSQL, as it comes out of the box.</summary>
public sealed class OneServerDrills : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string ClusterFolder => Path.Combine(_folder.Path, "postgres");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_server_that_is_killed_under_load_and_started_again_loses_nothing()
    {
        await using var drill = await PrepareAsync();
        var killed = await drill.StartServerAsync();

        await drill.UnderLoadAsync(async () =>
        {
            await drill.KillAsync(killed);
            await drill.StartServerAsync();
        });

        await drill.AssertKeptAsync(await ConnectionStringAsync(), mostDuplicates: Drill.MostUnrecorded);
    }

    /// <summary>The server lives on and knows what it has done: it waits with it until it is recorded.</summary>
    [Fact]
    public async Task A_PostgreSQL_that_is_killed_under_load_costs_neither_an_event_nor_a_duplicate()
    {
        await using var drill = await PrepareAsync();
        await drill.StartServerAsync();

        await drill.UnderLoadAsync(() => SignalPostgresAsync(9));

        await drill.AssertKeptAsync(await ConnectionStringAsync(), mostDuplicates: 0);
    }

    [Fact]
    public async Task A_PostgreSQL_that_is_restarted_under_load_costs_neither_an_event_nor_a_duplicate()
    {
        await using var drill = await PrepareAsync();
        await drill.StartServerAsync();

        // A fast shutdown, which its supervisor takes for a death.
        await drill.UnderLoadAsync(() => SignalPostgresAsync(ServerProcess.Interrupt));

        await drill.AssertKeptAsync(await ConnectionStringAsync(), mostDuplicates: 0);
    }

    private Task<Drill> PrepareAsync() => Drill.PrepareAsync(("Sineta__DataDirectory", _folder.Path));

    private async Task SignalPostgresAsync(int signal)
    {
        var killed = await PostmasterAsync();
        ServerProcess.Signal(int.Parse(killed[0], CultureInfo.InvariantCulture), signal);
        await Eventually.TrueAsync(
            async () => await PostmasterAsync() is { Length: > 7 } now && now[0] != killed[0], TestContext.Current.CancellationToken);
    }

    private async Task<string> ConnectionStringAsync() => new NpgsqlConnectionStringBuilder
    {
        Host = (await PostmasterAsync())[4],
        Username = Cluster.Name,
        Database = Cluster.Name,
    }.ConnectionString;

    /// <summary>What PostgreSQL notes about itself: its process first, its socket's folder fifth.</summary>
    private async Task<string[]> PostmasterAsync()
    {
        try
        {
            return await File.ReadAllLinesAsync(Path.Combine(ClusterFolder, "postmaster.pid"), TestContext.Current.CancellationToken);
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }
}
