using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Sineta.Delivery.Storage;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Storage;

/// <summary>The line to the database is cut, also while it is being opened.</summary>
public sealed class CutLineTests(Postgres postgres)
{
    // Said by every line, at its very beginning.
    private const string Opening = "application_name";

    private const string ListenersSql = "select count(*) from pg_stat_activity where datname = current_database() and query like 'listen %'";

    // Nobody but who listens for changes speaks to the database for now.
    private static readonly DeliveryOptions Calm = new() { SweepInterval = TimeSpan.FromHours(1), LeaseTime = TimeSpan.FromHours(1) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_line_that_is_cut_as_it_opens_is_not_opened_again_over_its_remains()
    {
        await using var proxy = DatabaseProxy.Before(await postgres.CreateDatabaseAsync(Token));
        await using var database = Database.Connect(proxy.ConnectionString);
        proxy.CutAfter(Opening);

        await Assert.ThrowsAnyAsync<NpgsqlException>(async () => await database.OpenConnectionAsync(Token));
    }

    [Fact]
    public async Task A_node_whose_line_was_cut_as_it_opened_stops_in_good_order()
    {
        var database = await postgres.CreateDatabaseAsync(Token);
        await using var proxy = DatabaseProxy.Before(database);
        await using var other = await DeliveryNode.StartAsync(database, Calm, Token);
        await other.BecomesAsync(1, ListenersSql, Token);
        var node = await DeliveryNode.StartAsync(proxy.ConnectionString, Calm, Token);
        await other.BecomesAsync(2, ListenersSql, Token);

        proxy.Cut();
        await other.BecomesAsync(1, ListenersSql, Token);
        proxy.CutAfter(Opening);
        proxy.Mend();
        await other.BecomesAsync(2, ListenersSql, Token);

        Assert.Equal(1, proxy.Cuts);
        await StopAsync(node);
    }

    [Fact]
    public async Task A_node_whose_line_stays_cut_stops_in_good_order()
    {
        await using var proxy = DatabaseProxy.Before(await postgres.CreateDatabaseAsync(Token));
        var node = await DeliveryNode.StartAsync(proxy.ConnectionString, DeliveryNode.LoopbackOptions, Token);
        proxy.Cut();

        await StopAsync(node);
    }

    private static async Task StopAsync(DeliveryNode node)
    {
        BackgroundService[] services = [.. node.Services.GetServices<IHostedService>().OfType<BackgroundService>()];
        await node.DisposeAsync();
        Assert.All(services, static service => Assert.Null(service.ExecuteTask!.Exception));
    }
}
