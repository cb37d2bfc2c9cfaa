using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.History;
using Sineta.Delivery.Storage;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.History;

public sealed class DeliveryOverviewTests(Postgres postgres) : IAsyncLifetime
{
    private static readonly Guid First = Guid.Parse("01930000-0000-7000-8000-000000000001");
    private static readonly Guid Second = Guid.Parse("01930000-0000-7000-8000-000000000002");

    private readonly ManualTime _time = new(new DateTimeOffset(2025, 3, 10, 12, 4, 0, TimeSpan.Zero));
    private NpgsqlDataSource _database = null!;
    private HistoryDatabase _history = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var connection = await postgres.CreateDatabaseAsync(Token) + ";Timezone=America/Sao_Paulo"; // whatever the server's own
        (_database, _history) = (Database.Connect(connection), HistoryDatabase.Connect(connection));
        await DeliverySchema.MigrateAsync(_database, Token);
        using var statistics = new EndpointStatistics(_database, _time, NullLogger<EndpointStatistics>.Instance);
        // 12:04, 12:20 and 12:40 of the first day, and 12:10 of the second, when it is looked at.
        foreach (var pause in (int[])[0, 16, 20, (23 * 60) + 30])
        {
            _time.Advance(TimeSpan.FromMinutes(pause));
            statistics.Record(1, First, Attempt(new AttemptOutcome.Delivered(HttpStatusCode.OK), microseconds: 1_000));
            statistics.Record(1, Second, Attempt(new AttemptOutcome.Refused(HttpStatusCode.BadGateway, null), microseconds: 1_000_000));
            await statistics.FlushAsync(Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _history.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_glance_has_what_happened_since_the_very_minute()
    {
        var glances = await new DeliveryOverviewStore(_history, _time).GlanceAsync(1, [First, Second], TimeSpan.FromDays(1), Token);
        Assert.Equal(new OutcomeCounts(3, 0, 0), glances[First].Counts);
        Assert.Equal(new OutcomeCounts(0, 3, 0), glances[Second].Counts);
        Assert.InRange(glances[First].Latency.P95!.Value.TotalMilliseconds, 0.7, 1.5);
    }

    [Theory]
    [InlineData(1, 1, 1, 60)]
    [InlineData(24, 30, 2, 48)] // from 12:30 on: the step in which the day began is over for the most part
    [InlineData(7 * 24, 240, 4, 42)]
    public async Task An_overview_has_in_each_step_what_happened_in_it(int hours, int minutes, int delivered, int steps)
    {
        var overview = await new DeliveryOverviewStore(_history, _time).ReadAsync(
            1, [First, Second], TimeSpan.FromHours(hours), TimeSpan.FromMinutes(minutes), Token);
        Assert.Equal(new OutcomeCounts(delivered, delivered, 0), overview.Total);
        Assert.Equal(new OutcomeCounts(1, 1, 0), overview.Steps[^1].Counts);
        Assert.Equal(steps, overview.Steps.Count);
        Assert.InRange(overview.Steps[^1].Latency.P99!.Value.TotalMilliseconds, 700, 1_500);
        Assert.Equal(delivered, overview.Steps.Sum(static s => s.Counts.Delivered));
    }

    private static AttemptResult Attempt(AttemptOutcome outcome, int microseconds) => new()
    {
        Outcome = outcome,
        StartedAt = DateTimeOffset.UnixEpoch,
        Timings = new AttemptTimings(null, null, null, null, microseconds),
    };
}
