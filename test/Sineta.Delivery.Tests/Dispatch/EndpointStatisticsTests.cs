using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Storage;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Dispatch;

public sealed class EndpointStatisticsTests(Postgres postgres)
{
    private static readonly Guid Endpoint = Guid.Parse("01930000-0000-7000-8000-000000000001");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("endpoint_minutes")]
    [InlineData("endpoint_half_hours")]
    public async Task Attempts_of_several_nodes_and_flushes_add_up(string table)
    {
        await using var database = await MigratedAsync();
        using var first = NewStatistics(database);
        using var second = NewStatistics(database);

        first.Record(1, Endpoint, Attempt(new AttemptOutcome.Delivered(HttpStatusCode.OK), microseconds: 400));
        first.Record(1, Endpoint, Attempt(new AttemptOutcome.Refused(HttpStatusCode.BadGateway, null), microseconds: 900));
        await first.FlushAsync(Token);
        first.Record(1, Endpoint, Attempt(new AttemptOutcome.Delivered(HttpStatusCode.OK), microseconds: 450));
        await first.FlushAsync(Token);
        second.Record(1, Endpoint, Attempt(new AttemptOutcome.Unreachable(UnreachableReason.Timeout, "None."), microseconds: 15_000_000));
        await second.FlushAsync(Token);

        await using var command = database.CreateCommand(
            $"""
            select sum(delivered)::bigint, sum(refused)::bigint, sum(unreachable)::bigint, sum(latency[1])::bigint,
                   sum((select sum(n) from unnest(latency) n))::bigint
            from {table} where institution_id = 1 and endpoint_id = $1
            """);
        command.Parameters.AddWithValue(Endpoint);
        await using var reader = await command.ExecuteReaderAsync(Token);
        await reader.ReadAsync(Token);
        Assert.Equal((2L, 1L, 1L), (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2)));
        Assert.Equal(2, reader.GetInt64(3));
        Assert.Equal(4, reader.GetInt64(4));
    }

    [Fact]
    public async Task What_the_database_did_not_take_is_kept_for_the_next_flush()
    {
        await using var database = await MigratedAsync();
        using var statistics = NewStatistics(database);
        await ExecuteAsync(database, "alter table endpoint_minutes rename to away");
        statistics.Record(1, Endpoint, Attempt(new AttemptOutcome.Delivered(HttpStatusCode.OK), microseconds: 400));
        await Assert.ThrowsAsync<PostgresException>(() => statistics.FlushAsync(Token));

        await ExecuteAsync(database, "alter table away rename to endpoint_minutes");
        statistics.Record(1, Endpoint, Attempt(new AttemptOutcome.Delivered(HttpStatusCode.OK), microseconds: 400));
        await statistics.FlushAsync(Token);

        await using var command = database.CreateCommand(
            "select (select sum(delivered) from endpoint_minutes) + (select sum(delivered) from endpoint_half_hours)::bigint");
        Assert.Equal(4m, await command.ExecuteScalarAsync(Token));
    }

    [Fact]
    public async Task No_attempt_is_lost_while_others_flush()
    {
        await using var database = await MigratedAsync();
        using var statistics = NewStatistics(database);
        using var done = new CancellationTokenSource();
        var flushing = Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                    await statistics.FlushAsync(Token);
            }, Token);

        var delivered = Attempt(new AttemptOutcome.Delivered(HttpStatusCode.OK), microseconds: 400);
        Parallel.For(0, 50_000, _ => statistics.Record(1, Endpoint, delivered));
        await done.CancelAsync();
        await flushing;
        await statistics.FlushAsync(Token);

        await using var command = database.CreateCommand("select sum(delivered)::bigint from endpoint_minutes");
        Assert.Equal(50_000L, await command.ExecuteScalarAsync(Token));
    }

    private async Task<NpgsqlDataSource> MigratedAsync()
    {
        var database = Database.Connect(await postgres.CreateDatabaseAsync(Token));
        await DeliverySchema.MigrateAsync(database, Token);
        return database;
    }

    private static EndpointStatistics NewStatistics(NpgsqlDataSource database) =>
        new(database, TimeProvider.System, NullLogger<EndpointStatistics>.Instance);

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }

    private static AttemptResult Attempt(AttemptOutcome outcome, int microseconds) => new()
    {
        Outcome = outcome,
        StartedAt = DateTimeOffset.UnixEpoch,
        Timings = new AttemptTimings(null, null, null, null, microseconds),
    };
}
