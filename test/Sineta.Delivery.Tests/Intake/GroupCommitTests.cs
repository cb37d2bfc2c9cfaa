using FsCheck;
using FsCheck.Fluent;
using Sineta.Delivery.Intake;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Intake;

/// <summary>Publishers share transactions, and each fact is one event, whoever tells it, how often and where.</summary>
public sealed class GroupCommitTests(Postgres postgres)
{
    private static readonly DeliveryOptions Unswept = Options(copyFrom: 48);
    private static readonly DeliveryOptions Copying = Options(copyFrom: 1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_duplicates_within_one_call_the_first_is_the_event()
    {
        await using var node = await StartAsync(await postgres.CreateDatabaseAsync(Token));
        var institution = await node.AddInstitutionAsync(Token);
        Event[] events = [.. new[] { "a", "b", "a", "a", "b" }.Select(key => node.NewEvent(institution, key))];

        var results = await node.Intake.AcceptAsync(events, Token);

        Assert.Equal(
            [
                new IntakeResult.Accepted(events[0].Id, Deliveries: 0), new IntakeResult.Accepted(events[1].Id, Deliveries: 0),
                new IntakeResult.Duplicate(events[0].Id, Differs: false), new IntakeResult.Duplicate(events[0].Id, Differs: false),
                new IntakeResult.Duplicate(events[1].Id, Differs: false),
            ],
            results);
        Assert.Equal(2, await node.CountAsync("select count(*) from events", Token));
    }

    [Theory]
    [InlineData(48)]
    [InlineData(1)]
    public async Task A_fact_that_was_told_before_is_a_duplicate_of_its_event_in_its_own_institution_alone(int copyFrom)
    {
        await using var node = await DeliveryNode.StartAsync(await postgres.CreateDatabaseAsync(Token), Options(copyFrom), Token);
        var institution = await node.AddInstitutionAsync(Token);
        var first = node.NewEvent(institution, "enrollment:1");
        await node.Intake.AcceptAsync([first], Token);

        foreach (var next in (string[])["enrollment:2", "enrollment:3"])
        {
            var other = await node.AddInstitutionAsync(Token);
            var results = await node.Intake.AcceptAsync(
                [node.NewEvent(institution, "enrollment:1"), node.NewEvent(institution, next), node.NewEvent(other, "enrollment:1")], Token);

            Assert.Equal(new IntakeResult.Duplicate(first.Id, Differs: false), results[0]);
            Assert.All(results.Skip(1), r => Assert.IsType<IntakeResult.Accepted>(r));
        }
    }

    /// <summary>
    /// Any calls with any of five keys, over two nodes, of which one stores by copy, all at once: each key is stored once, and all answers
    /// agree on its event.
    /// </summary>
    [Fact]
    public async Task However_two_nodes_are_told_the_same_facts_at_once_all_answers_agree()
    {
        var database = await postgres.CreateDatabaseAsync(Token);
        await using var one = await StartAsync(database);
        await using var other = await DeliveryNode.StartAsync(database, Copying, Token);
        var call = Gen.Choose(0, 4).NonEmptyListOf().Zip(Gen.Elements(one, other));

        Prop.ForAll(call.ListOf().ToArbitrary(), async calls =>
        {
            var institution = await one.AddInstitutionAsync(Token);
            var answers = (await Task.WhenAll(calls.Select(async told =>
            {
                Event[] events = [.. told.Item1.Select(key => told.Item2.NewEvent(institution, $"enrollment:{key}"))];
                return events.Zip(await told.Item2.Intake.AcceptAsync(events, Token));
            }))).SelectMany(a => a).ToLookup(a => a.First.DedupeKey, a => a.Second);
            var stored = await one.CountAsync($"select count(*) from events where institution_id = {institution}", Token);
            return stored == answers.Count && answers.All(AreOneEvent);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40).WithEndSize(30));
    }

    [Fact]
    public async Task An_endpoint_that_another_node_made_just_before_is_matched()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        var database = await postgres.CreateDatabaseAsync(Token);
        await using var one = await StartAsync(database);
        var institution = await one.AddInstitutionAsync(Token);
        await using var other = await StartAsync(database);
        await one.Intake.AcceptAsync([one.NewEvent(institution, "enrollment:0")], Token);

        await other.AddEndpointAsync(institution, receiver.Url, Token);
        var happened = one.NewEvent(institution, "enrollment:1");
        var result = Assert.Single(await one.Intake.AcceptAsync([happened], Token));

        Assert.Equal(new IntakeResult.Accepted(happened.Id, Deliveries: 1), result);
        await Eventually.TrueAsync(() => receiver.Received.Count == 1, Token);
    }

    [Fact]
    public async Task What_cannot_be_stored_fails_alone()
    {
        await using var node = await StartAsync(await postgres.CreateDatabaseAsync(Token));
        var institution = await node.AddInstitutionAsync(Token);

        // PostgreSQL's text cannot hold a zero.
        Task[] calls =
            [.. Enumerable.Range(0, 100).Select(i => node.Intake.AcceptAsync([node.NewEvent(institution, i % 30 == 7 ? $"{i}\0" : $"{i}")], Token))];
        await Task.WhenAll(calls).ContinueWith(static _ => { }, TaskScheduler.Default);

        Assert.Equal([7, 37, 67, 97], Enumerable.Range(0, 100).Where(i => calls[i].IsFaulted));
        Assert.Equal(96, await node.CountAsync("select count(*) from events", Token));
    }

    private static bool AreOneEvent(IEnumerable<IntakeResult> answers) =>
        answers.OfType<IntakeResult.Accepted>().ToArray() is [var accepted]
        && answers.All(a => a is IntakeResult.Accepted || a == new IntakeResult.Duplicate(accepted.Id, Differs: false));

    private static DeliveryOptions Options(int copyFrom) => new()
    {
        AllowHttp = true,
        AllowedNetworks = ["127.0.0.0/8"],
        SweepInterval = TimeSpan.FromHours(1),
        CopyFrom = copyFrom,
    };

    private static Task<DeliveryNode> StartAsync(string database) => DeliveryNode.StartAsync(database, Unswept, Token);
}
