using Npgsql;
using Sineta.Testing;

namespace Sineta.Server.Tests.Drills;

/// <summary>Two servers on one database.</summary>
public sealed class TwoServerDrills(Postgres postgres)
{
    private const int Pause = 19;
    private const int Resume = 18;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task When_one_of_two_is_killed_under_load_the_other_ends_what_it_had_begun()
    {
        var database = await postgres.CreateDatabaseAsync(Stop);
        await using var drill = await Drill.PrepareAsync(("ConnectionStrings__Sineta", database));
        var killed = await drill.StartServerAsync();
        await drill.StartServerAsync();

        await drill.UnderLoadAsync(() => drill.KillAsync(killed));

        await drill.AssertKeptAsync(database, mostDuplicates: Drill.MostUnrecorded);
    }

    /// <summary>Its outcomes come after its lease was lost: they are on record as attempts, and the other's count.</summary>
    [Fact]
    public async Task A_server_that_is_paused_past_its_lease_and_resumed_does_no_harm()
    {
        var database = await postgres.CreateDatabaseAsync(Stop);
        await using var drill = await Drill.PrepareAsync(("ConnectionStrings__Sineta", database));
        var paused = await drill.StartServerAsync();
        await drill.StartServerAsync();

        await drill.UnderLoadAsync(async () =>
        {
            paused.Signal(Pause);
            await TakenOverAsync(database);
            paused.Signal(Resume);
        });

        await drill.AssertKeptAsync(database, mostDuplicates: Drill.MostUnrecorded);
    }

    private static async Task TakenOverAsync(string connectionString)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await Eventually.TrueAsync(
            async () =>
            {
                await using var command = database.CreateCommand("select count(*) = 1 from leases");
                return (bool)(await command.ExecuteScalarAsync(Stop))!;
            }, Stop);
    }
}
