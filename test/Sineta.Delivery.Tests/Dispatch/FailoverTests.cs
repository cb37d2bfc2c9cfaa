using Npgsql;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Dispatch;

/// <summary>The database is another's turn: for a while there is one that can only be read.</summary>
public sealed class FailoverTests(Postgres postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_database_can_only_be_read_a_node_waits_and_then_goes_on()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        var connectionString = await postgres.CreateDatabaseAsync(Token);
        await using var node = await DeliveryNode.StartAsync(connectionString, DeliveryNode.LoopbackOptions, Token);
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token);

        await LetWriteAsync(connectionString, false);
        var accepted = node.Intake.AcceptAsync(node.NewEvents(institution, 3), Token);
        await Eventually.TrueAsync(() => node.Intake.IsInsisting || accepted.IsCompleted, Token);
        Assert.False(accepted.IsCompleted);
        await LetWriteAsync(connectionString, true);

        Assert.Equal(3, (await accepted).Count);
        Assert.False(node.Intake.IsInsisting);
        await node.BecomesAsync(3, "select count(*) from attempts where conclusion = 'delivered'", Token);
    }

    /// <summary>Says so to all who come, and ends the sessions that there are, as another server in its place would.</summary>
    private static async Task LetWriteAsync(string connectionString, bool may)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Options = "-c default_transaction_read_only=off", Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(Token);
        await using var change = new NpgsqlCommand(
            $"alter database {settings.Database} set default_transaction_read_only = {(may ? "off" : "on")}", connection);
        await change.ExecuteNonQueryAsync(Token);
        await using var end = new NpgsqlCommand(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()", connection);
        await end.ExecuteNonQueryAsync(Token);
    }
}
