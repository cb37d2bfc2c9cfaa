using Npgsql;
using Sineta.Delivery.Storage;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Storage;

public sealed class PartitionsTests(Postgres postgres) : IAsyncLifetime
{
    private readonly ManualTime _time = new(new DateTimeOffset(2025, 3, 10, 23, 30, 0, TimeSpan.Zero));
    private NpgsqlDataSource _database = null!;
    private Partitions _partitions = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync(Token));
        await DeliverySchema.MigrateAsync(_database, Token);
        _partitions = new Partitions(_database, _time);
        await _partitions.EnsureAsync(Token);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task There_is_one_for_yesterday_today_and_each_day_of_the_week_to_come()
    {
        string[] days = [.. Enumerable.Range(9, 9).Select(day => $"202503{day:00}")];
        var names = await NamesAsync();
        Assert.Equal([.. days.Select(d => $"attempts_{d}"), .. days.Select(d => $"events_{d}")], names);
    }

    [Fact]
    public async Task Each_index_of_a_day_is_part_of_one_of_the_whole_table()
    {
        await using var command = _database.CreateCommand(
            """
            select array(
                select i.indexrelid::regclass::text from pg_inherits day join pg_index i on i.indrelid = day.inhrelid
                where not exists (select from pg_inherits part where part.inhrelid = i.indexrelid))
            """);
        Assert.Empty((string[])(await command.ExecuteScalarAsync(Token))!);
    }

    [Fact]
    public async Task Made_again_or_by_several_at_once_they_are_the_same()
    {
        var before = await NamesAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _partitions.EnsureAsync(Token)));
        Assert.Equal(before, await NamesAsync());

        _time.Advance(TimeSpan.FromDays(1));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _partitions.EnsureAsync(Token)));
        Assert.Equal(before.Length + 2, (await NamesAsync()).Length);
    }

    [Fact]
    public async Task A_day_is_left_to_autovacuum_once_it_is_over()
    {
        Assert.Equal(["attempts_20250309", "events_20250309"], await LeftToVacuumAsync());

        _time.Advance(TimeSpan.FromHours(1));
        await _partitions.EnsureAsync(Token);

        Assert.Equal(
            ["attempts_20250309", "attempts_20250310", "events_20250309", "events_20250310"], await LeftToVacuumAsync());
    }

    [Theory]
    [InlineData("2025-03-10T00:00:00.0000000Z", "events_20250310")]
    [InlineData("2025-03-10T23:59:59.9990000Z", "events_20250310")]
    [InlineData("2025-03-11T00:00:00.0000000Z", "events_20250311")]
    public async Task An_event_lies_in_the_day_of_its_id(string moment, string partition)
    {
        var ids = new IdGenerator(new ManualTime(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(partition, await InsertAsync(ids.Next()));
    }

    [Fact]
    public async Task The_first_and_the_last_id_of_a_day_lie_in_it()
    {
        var first = Partitions.FirstId(new DateOnly(2025, 3, 10));
        var last = IdGenerator.FirstAt(new DateTimeOffset(2025, 3, 10, 23, 59, 59, 999, TimeSpan.Zero)).ToByteArray(bigEndian: true);
        last.AsSpan(6).Fill(0xFF); // all that follows the millisecond

        Assert.Equal("events_20250310", await InsertAsync(first));
        Assert.Equal("events_20250310", await InsertAsync(new Guid(last, bigEndian: true)));
    }

    [Fact]
    public async Task Dropping_leaves_the_first_kept_day_and_all_after_it()
    {
        var dropped = await _partitions.DropBeforeAsync(new DateOnly(2025, 3, 11), Token);

        Assert.Equal([new DateOnly(2025, 3, 9), new DateOnly(2025, 3, 10)], dropped);
        Assert.Equal("attempts_20250311", (await NamesAsync())[0]);
        Assert.Empty(await _partitions.DropBeforeAsync(new DateOnly(2025, 3, 11), Token));
    }

    [Fact]
    public async Task A_long_read_holds_up_neither_new_partitions_nor_anybody_behind_a_drop()
    {
        await using var reader = await _database.OpenConnectionAsync(Token);
        await using var read = new NpgsqlCommand("begin; select count(*) from events, attempts", reader);
        await read.ExecuteNonQueryAsync(Token);
        _time.Advance(TimeSpan.FromDays(1));

        await _partitions.EnsureAsync(Token).WaitAsync(TimeSpan.FromMinutes(2), Token);
        Assert.Empty(await _partitions.DropBeforeAsync(new DateOnly(2025, 3, 10), Token).WaitAsync(TimeSpan.FromMinutes(2), Token));

        Assert.Contains("events_20250318", await NamesAsync());
        Assert.Contains("events_20250309", await NamesAsync());
    }

    private async Task<string> InsertAsync(Guid id)
    {
        await using var command = _database.CreateCommand(
            """
            insert into events (institution_id, id, slug, dedupe_key, occurred_at, correlation, body) values (1, $1, '', $2, now(), '', '')
            returning tableoid::regclass::text
            """);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(id.ToString());
        return (string)(await command.ExecuteScalarAsync(Token))!;
    }

    private Task<string[]> NamesAsync() => NamesAsync("true");

    private Task<string[]> LeftToVacuumAsync() => NamesAsync("c.reloptions::text not like '%vacuum_insert_threshold%'");

    private async Task<string[]> NamesAsync(string condition)
    {
        await using var command = _database.CreateCommand(
            $"""
            select array(
                select inhrelid::regclass::text from pg_inherits join pg_class c on c.oid = inhrelid
                where c.relkind = 'r' and {condition} order by 1)
            """);
        return (string[])(await command.ExecuteScalarAsync(Token))!;
    }
}
