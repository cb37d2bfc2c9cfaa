using Npgsql;
using Sineta.Delivery.Storage;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Storage;

public sealed class MigratorTests(Postgres postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrating_again_changes_nothing()
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync(Token));
        await DeliverySchema.MigrateAsync(database, Token);
        var applied = await MigrationsAsync(database);

        await DeliverySchema.MigrateAsync(database, Token);

        Assert.NotEmpty(applied);
        Assert.Equal(applied, await MigrationsAsync(database));
    }

    [Fact]
    public async Task Of_several_programs_that_start_at_once_one_migrates()
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync(Token));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => DeliverySchema.MigrateAsync(database, Token)));

        var applied = await MigrationsAsync(database);
        Assert.Equal(applied.Order().Distinct(), applied);
    }

    [Fact]
    public async Task It_takes_longer_than_a_statement_usually_may()
    {
        var connectionString = await postgres.CreateDatabaseAsync(Token);
        await using var impatient = NpgsqlDataSource.Create(connectionString + ";Command Timeout=1");
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var connection = await database.OpenConnectionAsync(Token);
        Task migration;
        await using (var inTheWay = await connection.BeginTransactionAsync(Token))
        {
            await using (var locking = new NpgsqlCommand("create table migrations (number int)", connection))
                await locking.ExecuteNonQueryAsync(Token);
            migration = DeliverySchema.MigrateAsync(impatient, Token);
            await using var waiting = database.CreateCommand(
                """
                select count(*) from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock' and now() - query_start > interval '1.5 s'
                """);
            await Eventually.TrueAsync(async () => migration.IsCompleted || (long)(await waiting.ExecuteScalarAsync(Token))! > 0, Token);
        }

        await migration;
        Assert.NotEmpty(await MigrationsAsync(database));
    }

    [Fact]
    public async Task A_database_that_is_newer_than_the_program_is_refused_untouched()
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync(Token));
        await DeliverySchema.MigrateAsync(database, Token);
        await ExecuteAsync(database, "insert into migrations (number, name) values (9000, '9000_of_tomorrow')");
        var applied = await MigrationsAsync(database);

        var refusal = await Assert.ThrowsAsync<NewerDatabaseException>(() => DeliverySchema.MigrateAsync(database, Token));

        Assert.Equal(9000, refusal.Found);
        Assert.Equal(applied, await MigrationsAsync(database));
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_nothing_behind()
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync(Token));
        await ExecuteAsync(database, "create table replays (id int)"); // in the way of the first migration's last table

        await Assert.ThrowsAsync<PostgresException>(() => DeliverySchema.MigrateAsync(database, Token));

        await using var tables = database.CreateCommand("select count(*) from pg_tables where schemaname = 'public'");
        Assert.Equal(1L, await tables.ExecuteScalarAsync(Token));
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }

    private static async Task<int[]> MigrationsAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("select array(select number from migrations order by number)");
        return (int[])(await command.ExecuteScalarAsync(Token))!;
    }
}
