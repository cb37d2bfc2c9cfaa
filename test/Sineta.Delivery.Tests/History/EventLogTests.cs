using Npgsql;
using Sineta.Delivery.History;
using Sineta.Delivery.Storage;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.History;

public sealed class EventLogTests(Postgres postgres)
{
    private const string Enrollment = "activities.course.enrollment";
    private const string Completed = "activities.course.completed";
    private const string PageParameters = "bigint, uuid, uuid, text, int, text";
    private const string PageValues = "1, '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', null, 50, '7'";
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

    /// <summary>Also of the days to come, which are empty: the statements' plans are kept, and used while a day fills.</summary>
    [Theory]
    [InlineData(EventLog.PageOfLearnerSql, PageParameters, PageValues)]
    [InlineData(EventLog.EdgeOfLearnerSql, PageParameters, PageValues)]
    [InlineData(DeliveryLogSql.FannedOutOfLearner, "bigint, text, int", "1, '7', 50")]
    public async Task A_learners_events_come_in_order_from_an_index_of_each_day(string sql, string parameters, string values)
    {
        await using var ledger = await LedgerFixture.StartAsync(postgres, Start, Token);
        var ids = new IdGenerator(ledger.Clock);
        await ledger.ExecuteAsync(
            """
            insert into events (institution_id, id, slug, dedupe_key, learner, occurred_at, correlation, body)
            select 1, id, 'activities.course.enrollment', place::text, (place % 100)::text, now(), '', ''
            from unnest($1::uuid[]) with ordinality as e (id, place)
            """, [Enumerable.Range(0, 5_000).Select(_ => ids.Next()).ToArray()], Token);

        await using var connection = await ledger.Database.OpenConnectionAsync(Token);
        await ExecuteAsync(connection, "analyze events; set plan_cache_mode = force_generic_plan");
        await ExecuteAsync(connection, $"prepare of_learner ({parameters}) as {sql}");
        await using var explain = new NpgsqlCommand($"explain (costs off) execute of_learner ({values})", connection);
        await using var reader = await explain.ExecuteReaderAsync(Token);
        var plan = new List<string>();
        while (await reader.ReadAsync(Token))
            plan.Add(reader.GetString(0));

        Assert.DoesNotContain(plan, line => line.Contains("Sort", StringComparison.Ordinal));
        Assert.All(
            plan.Where(line => line.Contains("Scan", StringComparison.Ordinal)),
            line => Assert.Contains("institution_id_hashtextextended_id_idx", line, StringComparison.Ordinal));
        Assert.Contains(plan, line => line.Contains("Scan Backward", StringComparison.Ordinal));
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

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
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
