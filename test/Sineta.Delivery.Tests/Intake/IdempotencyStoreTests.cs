using Npgsql;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Intake;

public sealed class IdempotencyStoreTests(Postgres postgres)
{
    private static readonly RememberedKey First = new(Guid.Parse("019a0000-0000-7000-8000-000000000001"), [1]);
    private static readonly RememberedKey Second = new(Guid.Parse("019a0000-0000-7000-8000-000000000002"), [2]);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_stands_for_its_first_event_for_seven_days_and_then_for_another()
    {
        await using var database = await MigratedAsync();
        var time = new ManualTime();
        var store = new IdempotencyStore(database, time);
        await store.RememberAsync(1, [new("k", First)], Stop);
        await store.RememberAsync(1, [new("k", Second)], Stop);
        Assert.Equal(First.EventId, (await store.FindAsync(1, ["k"], Stop))["k"].EventId);
        Assert.Empty(await store.FindAsync(2, ["k"], Stop));

        time.Advance(IdempotencyStore.Kept);

        Assert.Empty(await store.FindAsync(1, ["k"], Stop));
        await store.RememberAsync(1, [new("k", Second)], Stop);
        Assert.Equal(Second.EventId, (await store.FindAsync(1, ["k"], Stop))["k"].EventId);
    }

    [Fact]
    public async Task Only_keys_whose_time_is_over_are_forgotten()
    {
        await using var database = await MigratedAsync();
        var time = new ManualTime();
        var store = new IdempotencyStore(database, time);
        await store.RememberAsync(1, [new("old", First)], Stop);
        time.Advance(IdempotencyStore.Kept);
        await store.RememberAsync(1, [new("new", Second)], Stop);

        Assert.Equal(1, await store.ForgetAsync(Stop));
        Assert.Equal(["new"], (await store.FindAsync(1, ["old", "new"], Stop)).Keys);
    }

    private async Task<NpgsqlDataSource> MigratedAsync()
    {
        var database = Database.Connect(await postgres.CreateDatabaseAsync(Stop));
        await DeliverySchema.MigrateAsync(database, Stop);
        return database;
    }
}
