using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Storage;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Storage;

public sealed class NodeLeaseTests(Postgres postgres) : IAsyncLifetime
{
    private static readonly DeliveryOptions Options = new() { LeaseTime = TimeSpan.FromSeconds(10) };
    private static readonly TimeSpan Renewal = Options.LeaseTime / 5;

    private readonly ManualTime _time = new();
    private NpgsqlDataSource _database = null!;
    private NodeLease _lease = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync(Token));
        await DeliverySchema.MigrateAsync(_database, Token);
        _lease = new NodeLease(_database, _time, Options, NullLogger<NodeLease>.Instance);
        await _lease.StartAsync(Token);
        await _time.AwaitedAsync(Renewal, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _lease.StopAsync(CancellationToken.None);
        _lease.Dispose();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task It_is_held_from_the_start_and_renewed_before_it_runs_out()
    {
        var token = _lease.Token;
        Assert.NotNull(token);
        for (var renewal = 0; renewal < 10; renewal++)
        {
            await ShortenAsync();
            _time.Advance(Renewal);
            await Eventually.TrueAsync(async () => await LeftAsync() > Options.LeaseTime / 2, Token);
            Assert.Equal(token, _lease.Token);
        }
    }

    [Fact]
    public async Task While_the_database_does_not_renew_it_it_is_not_trusted_longer_than_the_database_does()
    {
        var token = _lease.Token;
        await using (await LockLeasesAsync())
        {
            _time.Advance(Options.LeaseTime - TimeSpan.FromMilliseconds(1));
            Assert.Equal(token, _lease.Token);
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Null(_lease.Token);
        }

        while (_lease.Token is null)
            await RenewedAsync();
        Assert.Equal(token, _lease.Token);
    }

    [Fact]
    public async Task A_node_whose_lease_was_taken_over_goes_on_under_another()
    {
        var lost = _lease.Token;
        await ExecuteAsync("delete from leases");

        _time.Advance(Renewal);

        await Eventually.TrueAsync(() => _lease.Token is { } token && token != lost, Token);
        Assert.Equal(_lease.Token, await _lease.WaitAsync(Token));
    }

    [Fact]
    public async Task After_a_gap_it_waits_for_the_others_to_renew_theirs_before_it_takes_over()
    {
        var token = _lease.Token;
        Assert.Null(_lease.SteadyToken);
        for (var elapsed = TimeSpan.Zero; elapsed < Options.LeaseTime / 2; elapsed += Renewal)
            await RenewedAsync();
        Assert.Equal(token, _lease.SteadyToken);

        await using (await LockLeasesAsync())
            _time.Advance(Options.LeaseTime * 2);
        while (_lease.Token is null)
            await RenewedAsync();

        Assert.Equal(token, _lease.Token);
        Assert.Null(_lease.SteadyToken);
        for (var elapsed = TimeSpan.Zero; elapsed < Options.LeaseTime / 2; elapsed += Renewal)
            await RenewedAsync();
        Assert.Equal(token, _lease.SteadyToken);
    }

    [Fact]
    public async Task A_node_never_takes_over_from_itself()
    {
        var queue = new DeliveryQueue(_database);
        await ExecuteAsync("insert into leases (node, expires_at) values ('dead', now() - interval '1 s')");
        await ExecuteAsync("update leases set expires_at = now() - interval '1 s'");

        Assert.Equal((1, 0), await queue.TakeOverAsync(_lease.Token!.Value, Token));

        _time.Advance(Renewal);
        await Eventually.TrueAsync(async () => await LeftAsync() > TimeSpan.Zero, Token);
    }

    [Fact]
    public async Task A_node_that_ends_gives_it_back_at_once()
    {
        await _lease.StopAsync(Token);

        Assert.Null(_lease.Token);
        Assert.True(await LeftAsync() <= TimeSpan.Zero);
    }

    /// <summary>Lets the next renewal come about.</summary>
    private async Task RenewedAsync()
    {
        await ShortenAsync();
        _time.Advance(Renewal);
        await Eventually.TrueAsync(async () => await LeftAsync() > Options.LeaseTime / 2, Token);
    }

    /// <summary>Brings the end of every lease near, to see it move away again.</summary>
    private Task ShortenAsync() => ExecuteAsync("update leases set expires_at = now() + interval '1 s'");

    private async Task<TimeSpan> LeftAsync()
    {
        await using var command = _database.CreateCommand("select expires_at - clock_timestamp() from leases");
        return (TimeSpan)(await command.ExecuteScalarAsync(Token))!;
    }

    private async Task<IAsyncDisposable> LockLeasesAsync()
    {
        var connection = await _database.OpenConnectionAsync(Token);
        await using var command = new NpgsqlCommand("begin; lock table leases in access exclusive mode", connection);
        await command.ExecuteNonQueryAsync(Token);
        return new Unlock(connection);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }

    private sealed class Unlock(NpgsqlConnection connection) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await using (connection)
            {
                await using var command = new NpgsqlCommand("rollback", connection);
                await command.ExecuteNonQueryAsync(CancellationToken.None);
            }
        }
    }
}
