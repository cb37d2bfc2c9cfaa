using Microsoft.Extensions.Logging.Abstractions;
using Sineta.Delivery.Storage;
using Sineta.Learning.Reports;
using Sineta.Testing;

namespace Sineta.Learning.Tests.Reports;

public sealed class CampusFiguresTests(Postgres postgres)
{
    private static readonly DateOnly From = new(2026, 2, 9), To = new(2026, 3, 10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_takes_long_is_shown_as_it_was_a_moment_ago_and_made_anew_behind()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var clock = new Clock { Look = TimeSpan.FromSeconds(1) };
        using var figures = new CampusFigures(
            new CampusOverview(campus.Get<HistoryDatabase>(), clock), clock, NullLogger<CampusFigures>.Instance);
        var first = await ReadAsync();
        await campus.AddUserAsync(Cancel);
        clock.Now += TimeSpan.FromMinutes(2);

        Assert.Equal(first, await ReadAsync());
        await figures.StartAsync(Cancel);
        await Eventually.TrueAsync(async () => (await ReadAsync()).Totals.Users == first.Totals.Users + 1, Cancel);
        Assert.Equal(clock.Now, (await ReadAsync()).At);

        await figures.StopAsync(Cancel);
        await campus.AddUserAsync(Cancel);
        clock.Now += TimeSpan.FromHours(2);
        Assert.Equal(first.Totals.Users + 2, (await ReadAsync()).Totals.Users);

        Task<CampusUse> ReadAsync() => figures.ReadAsync(campus.Institution, From, To, mostCourses: 10, Cancel);
    }

    [Fact]
    public async Task What_is_quick_is_of_now()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var clock = new Clock { Look = TimeSpan.Zero };
        using var figures = new CampusFigures(
            new CampusOverview(campus.Get<HistoryDatabase>(), clock), clock, NullLogger<CampusFigures>.Instance);
        var before = await figures.ReadAsync(campus.Institution, From, To, mostCourses: 10, Cancel);
        await campus.AddUserAsync(Cancel);

        var after = await figures.ReadAsync(campus.Institution, From, To, mostCourses: 10, Cancel);

        Assert.Equal(before.Totals.Users + 1, after.Totals.Users);
        Assert.Equal(30, after.Days.Count);
    }

    /// <summary>Each look at the timer finds it so much later.</summary>
    private sealed class Clock : TimeProvider
    {
        private long _ticks;

        public required TimeSpan Look { get; init; }

        public DateTimeOffset Now { get; set; } = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => Interlocked.Add(ref _ticks, Look.Ticks);
    }
}
