using Npgsql;
using Sineta.Delivery.Intake;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Intake;

/// <summary>
/// The database commits, or does not, and the answer never comes: what is published is stored once, answered, and goes out.
/// </summary>
public sealed class LostAnswerTests(Postgres postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(20, "insert into event_keys")]
    [InlineData(100, "insert into event_keys", "COMMIT")]
    public async Task Committed_but_not_answered_it_is_accepted_and_delivered_once(int count, params string[] cutAfter)
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        await using var proxy = DatabaseProxy.Before(await postgres.CreateDatabaseAsync(Token));
        await using var node = await DeliveryNode.StartAsync(proxy.ConnectionString, DeliveryNode.LoopbackOptions, Token);
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token);
        var events = node.NewEvents(institution, count);

        proxy.CutAfter(cutAfter);
        var results = await node.Intake.AcceptAsync(events, Token);

        Assert.Equal(1, proxy.Cuts);
        Assert.Equal(events.Select(e => new IntakeResult.Accepted(e.Id, Deliveries: 1)), results);
        await DeliveredAsync(node, count);
        Assert.Equal(count, receiver.Received.Count);
        Assert.Equal(count, await node.CountAsync("select count(*) from events", Token));
    }

    [Fact]
    public async Task Killed_before_its_commit_it_is_put_again()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        var database = await postgres.CreateDatabaseAsync(Token);
        await using var node = await DeliveryNode.StartAsync(database, DeliveryNode.LoopbackOptions, Token);
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token);

        Task<IReadOnlyList<IntakeResult>> accepting;
        await using (await LockAsync(node, "event_keys"))
        {
            accepting = node.Intake.AcceptAsync([node.NewEvent(institution, "enrollment:1")], Token);
            await Eventually.TrueAsync(async () => await node.CountAsync(KillWriterSql, Token) == 1, Token);
        }

        Assert.IsType<IntakeResult.Accepted>(Assert.Single(await accepting));
        await DeliveredAsync(node, 1);
        Assert.Single(receiver.Received);
    }

    [Fact]
    public async Task Under_a_lease_that_was_taken_over_it_is_stored_for_whoever_has_room()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        var options = new DeliveryOptions { AllowHttp = true, AllowedNetworks = ["127.0.0.0/8"], LeaseTime = TimeSpan.FromSeconds(2) };
        await using var node = await DeliveryNode.StartAsync(await postgres.CreateDatabaseAsync(Token), options, Token);
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token);
        await node.CountAsync("with gone as (delete from leases returning 1) select count(*) from gone", Token);

        var result = Assert.Single(await node.Intake.AcceptAsync([node.NewEvent(institution, "enrollment:1")], Token));

        Assert.IsType<IntakeResult.Accepted>(result);
        await DeliveredAsync(node, 1);
        Assert.Single(receiver.Received);
    }

    /// <summary>
    /// An error while Npgsql prepares a statement makes it misread the next answer: https://github.com/npgsql/npgsql/issues/6391.
    /// </summary>
    [Fact]
    public async Task Misread_by_the_driver_it_is_accepted_and_delivered_once()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        var still = TimeSpan.FromHours(1); // nobody else uses the connections meanwhile
        var options = new DeliveryOptions { AllowHttp = true, AllowedNetworks = ["127.0.0.0/8"], SweepInterval = still, LeaseTime = still };
        await using var node = await DeliveryNode.StartAsync(await postgres.CreateDatabaseAsync(Token), options, Token);
        var silent = await node.AddInstitutionAsync(Token);
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token);

        // Connections are used in turn, and each prepares a statement at its second use.
        var connections = (int)await node.CountAsync("select count(*) from pg_stat_activity where datname = current_database()", Token);
        for (var i = 0; i < connections; i++)
            await node.Intake.AcceptAsync([node.NewEvent(silent, $"enrollment:{i}")], Token);
        for (var i = 0; i < connections; i++)
            await Assert.ThrowsAsync<PostgresException>(() => node.Intake.AcceptAsync([node.NewEvent(silent, "\0")], Token));
        var results = new List<IntakeResult>();
        for (var i = 0; i < connections; i++)
            results.AddRange(await node.Intake.AcceptAsync([node.NewEvent(institution, $"enrollment:{i}")], Token));

        Assert.All(results, r => Assert.IsType<IntakeResult.Accepted>(r));
        await DeliveredAsync(node, connections);
        Assert.Equal(connections, receiver.Received.Count);
    }

    private const string KillWriterSql =
        """
        select count(*) from (
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock' and query like '%insert into event_keys%'
              and pid <> pg_backend_pid()) k
        """;

    private static Task DeliveredAsync(DeliveryNode node, int count) => Eventually.TrueAsync(
        async () => await node.CountAsync("select count(*) from attempts where conclusion = 'delivered'", Token) == count, Token);

    private static async Task<NpgsqlConnection> LockAsync(DeliveryNode node, string table)
    {
        var connection = await node.Database.OpenConnectionAsync(Token);
        await using var command = new NpgsqlCommand($"begin; lock table {table} in exclusive mode", connection);
        await command.ExecuteNonQueryAsync(Token);
        return connection; // closing it rolls back
    }
}
