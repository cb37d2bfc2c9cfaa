using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sineta.Delivery.History;
using Sineta.Delivery.Storage;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.History;

public sealed class RetentionTests(Postgres postgres) : IAsyncLifetime
{
    private readonly ManualTime _time = new(new DateTimeOffset(2025, 3, 10, 12, 0, 0, TimeSpan.Zero));
    private NpgsqlDataSource _database = null!;
    private Retention _retention = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync(Token));
        await DeliverySchema.MigrateAsync(_database, Token);
        _retention = new Retention(
            _database, new Partitions(_database, _time), new DeliveryOptions { RetentionDays = 3 }, _time, NullLogger<Retention>.Instance);
        await _retention.SweepAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        _retention.Dispose();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Days_that_are_over_go_with_all_that_hangs_on_them_and_the_others_stay()
    {
        await AddAsync();
        _time.Advance(TimeSpan.FromDays(3));
        await AddAsync();

        await _retention.SweepAsync(Token);
        Assert.Equal((2, 2, 2, 2), await CountsAsync());
        _time.Advance(TimeSpan.FromDays(1));
        await _retention.SweepAsync(Token);

        Assert.Equal((1, 1, 1, 1), await CountsAsync());
        Assert.Equal(0, await CountAsync("select count(*) from unconcluded_deliveries o where not exists (select from events e where e.id = o.event_id)"));
        Assert.Equal(1, await CountAsync("select count(*) from pg_class where relname = 'events_20250321'"));
    }

    [Fact]
    public async Task A_connection_that_is_lost_on_the_way_is_told_as_what_it_is()
    {
        await using var proxy = DatabaseProxy.Before(_database.ConnectionString);
        await using var database = NpgsqlDataSource.Create(proxy.ConnectionString);
        using var retention = new Retention(
            database, new Partitions(_database, _time), new DeliveryOptions { RetentionDays = 3 }, _time, NullLogger<Retention>.Instance);
        proxy.CutAfter("delete from open_deliveries");

        var problem = await Assert.ThrowsAnyAsync<Exception>(() => retention.SweepAsync(Token));

        Assert.True(Database.IsUnavailable(problem), problem.ToString());
    }

    [Fact]
    public async Task While_one_node_is_at_it_another_leaves_it_alone_and_the_turn_comes_back()
    {
        await AddAsync();
        _time.Advance(TimeSpan.FromDays(10));
        await using (var other = await _database.OpenConnectionAsync(Token))
        {
            await using var turn = new NpgsqlCommand("select pg_advisory_lock(hashtext('sineta.retention'))", other);
            await turn.ExecuteNonQueryAsync(Token);
            await _retention.SweepAsync(Token);
            Assert.Equal((1, 1, 1, 1), await CountsAsync());
            await using var over = new NpgsqlCommand("select pg_advisory_unlock(hashtext('sineta.retention'))", other);
            await over.ExecuteNonQueryAsync(Token);
        }

        await _retention.SweepAsync(Token);
        Assert.Equal((0, 0, 0, 0), await CountsAsync());
    }

    /// <summary>An event of now with an open delivery, and a minute beside it.</summary>
    private async Task AddAsync()
    {
        await using var command = _database.CreateCommand(
            """
            with happened as (
                insert into events (institution_id, id, slug, dedupe_key, occurred_at, correlation, body) values (1, $1, '', '', $2, '', '')),
            minute as (
                insert into endpoint_minutes values (1, $1, $2, 1, 0, 0, '{}')),
            half_hour as (
                insert into endpoint_half_hours values (1, $1, $2, 1, 0, 0, '{}'))
            insert into open_deliveries (institution_id, id, event_id, endpoint_id, cause, next_at) values (1, $1, $1, $1, 'event', $2)
            """);
        command.Parameters.AddWithValue(new IdGenerator(_time).Next());
        command.Parameters.AddWithValue(_time.GetUtcNow().UtcDateTime);
        await command.ExecuteNonQueryAsync(Token);
    }

    private async Task<(long Events, long Open, long Minutes, long HalfHours)> CountsAsync() => (
        await CountAsync("select count(*) from events"), await CountAsync("select count(*) from unconcluded_deliveries"),
        await CountAsync("select count(*) from endpoint_minutes"), await CountAsync("select count(*) from endpoint_half_hours"));

    private async Task<long> CountAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Token))!;
    }
}
