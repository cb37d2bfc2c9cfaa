using Sineta.Delivery.History;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.History;

public sealed class EventLogTests(Postgres postgres)
{
    private const string Enrollment = "activities.course.enrollment";
    private const string Completed = "activities.course.completed";
    private static readonly DateTimeOffset Start = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_hold_what_the_filter_asks_for_newest_first()
    {
        await using var ledger = await LedgerFixture.StartAsync(postgres, Start, Token);
        var (mine, other) = (await ledger.AddInstitutionAsync(Token), await ledger.AddInstitutionAsync(Token));
        var known = new List<(Guid Id, string Slug, string Learner, DateTimeOffset At)>();
        for (var i = 0; i < 40; i++)
        {
            ledger.Clock.Now += TimeSpan.FromSeconds(i % 2);
            var (slug, learner) = (i % 3 == 0 ? Completed : Enrollment, $"learner-{i % 4}");
            known.Add((await ledger.AddEventAsync(mine, slug, learner, [], Token), slug, learner, ledger.Clock.Now));
            await ledger.AddEventAsync(other, slug, learner, [], Token);
        }

        var log = new EventLog(ledger.History, TimeProvider.System) { WindowRows = 7 };
        foreach (var slug in new[] { null, Completed, "activities.trail.completed" })
        {
            foreach (var learner in new[] { null, "learner-1", "nobody" })
            {
                var filter = new EventFilter { Slug = slug, Learner = learner, From = Start.AddSeconds(3), Until = Start.AddSeconds(17) };
                var expected = known
                    .Where(e => (slug is null || e.Slug == slug) && (learner is null || e.Learner == learner))
                    .Where(e => e.At >= filter.From && e.At < filter.Until)
                    .Select(e => e.Id).Reverse();
                Assert.Equal(expected, await ReadAllAsync(log, mine, filter));
            }
        }
    }

    [Fact]
    public async Task An_event_is_found_with_its_very_bytes_and_only_by_its_own_institution()
    {
        await using var ledger = await LedgerFixture.StartAsync(postgres, Start, Token);
        var (mine, other) = (await ledger.AddInstitutionAsync(Token), await ledger.AddInstitutionAsync(Token));
        var id = await ledger.AddEventAsync(mine, Enrollment, "ana", [], Token);
        var log = new EventLog(ledger.History, TimeProvider.System);

        var found = await log.FindAsync(mine, id, Token);

        Assert.NotNull(found);
        Assert.Equal(LedgerFixture.Body, found.Body);
        Assert.Equal((Enrollment, "ana", Start), (found.Slug, found.Learner, found.OccurredAt));
        Assert.Null(await log.FindAsync(other, id, Token));
    }

    private static async Task<List<Guid>> ReadAllAsync(EventLog log, long institution, EventFilter filter)
    {
        var all = new List<Guid>();
        Guid? before = null;
        do
        {
            var page = await log.ReadAsync(institution, filter, before, 5, Token);
            all.AddRange(page.Rows.Select(e => e.Id));
            before = page.Next;
        }
        while (before is not null);
        return all;
    }
}
