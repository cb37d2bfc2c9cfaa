using Npgsql;
using Sineta.Delivery.Intake;
using Sineta.Events;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Intake;

/// <summary>A database that does not follow: intake says so instead of growing.</summary>
public sealed class OverloadTests(Postgres postgres)
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);
    private static readonly int BodyBytes = EventTypes.CourseEnrollment.Sample.Length;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task More_publications_than_the_queue_holds_are_refused_and_not_stored() =>
        RefusesAfterAsync(waiting: 3, new DeliveryOptions { IntakeQueue = 3, IntakeWriters = 1, IntakeBatch = 1, IntakeTimeout = Long });

    [Fact]
    public Task More_bytes_than_the_queue_holds_are_refused_and_not_stored() =>
        RefusesAfterAsync(waiting: 4, new DeliveryOptions { IntakeQueueBytes = BodyBytes * 5, IntakeWriters = 1, IntakeBatch = 1, IntakeTimeout = Long });

    [Fact]
    public async Task Who_waits_too_long_is_told_to_publish_again_and_then_learns_that_it_was_stored()
    {
        var options = new DeliveryOptions { IntakeTimeout = TimeSpan.FromMilliseconds(100) };
        await using var node = await DeliveryNode.StartAsync(await postgres.CreateDatabaseAsync(Token), options, Token);
        var institution = await node.AddInstitutionAsync(Token);
        var happened = node.NewEvent(institution, "enrollment:1");
        await using (await LockAsync(node))
            Assert.IsType<IntakeResult.Overloaded>(Assert.Single(await node.Intake.AcceptAsync([happened], Token)));

        await node.BecomesAsync(1, "select count(*) from events", Token);
        IntakeResult again;
        do
            again = Assert.Single(await node.Intake.AcceptAsync([node.NewEvent(institution, "enrollment:1")], Token));
        while (again is IntakeResult.Overloaded);
        Assert.Equal(new IntakeResult.Duplicate(happened.Id, Differs: false), again);
    }

    /// <summary>One publication is at the database, so many more wait, and the next is refused at once.</summary>
    private async Task RefusesAfterAsync(int waiting, DeliveryOptions options)
    {
        await using var node = await DeliveryNode.StartAsync(await postgres.CreateDatabaseAsync(Token), options, Token);
        var institution = await node.AddInstitutionAsync(Token);
        var calls = new List<Task<IReadOnlyList<IntakeResult>>>();
        var next = 0;
        await using (await LockAsync(node))
        {
            calls.Add(PublishAsync());
            await Eventually.TrueAsync(() => node.IsAnyWaitingAsync(Token), Token);
            for (var i = 0; i < waiting; i++)
                calls.Add(PublishAsync());
            Assert.All(calls, call => Assert.False(call.IsCompleted));

            var refused = await Task.WhenAll(PublishAsync(), PublishAsync());
            Assert.All(refused, r => Assert.Equal(new IntakeResult.Overloaded(TimeSpan.FromSeconds(1)), Assert.Single(r)));
        }

        Assert.All(await Task.WhenAll(calls), r => Assert.IsType<IntakeResult.Accepted>(Assert.Single(r)));
        Assert.Equal(waiting + 1, await node.CountAsync("select count(*) from events", Token));
        Assert.IsType<IntakeResult.Accepted>(Assert.Single(await PublishAsync()));

        Task<IReadOnlyList<IntakeResult>> PublishAsync() => node.Intake.AcceptAsync([node.NewEvent(institution, $"enrollment:{next++}")], Token);
    }

    private static async Task<NpgsqlConnection> LockAsync(DeliveryNode node)
    {
        var connection = await node.Database.OpenConnectionAsync(Token);
        await using var command = new NpgsqlCommand("begin; lock table event_keys in exclusive mode", connection);
        await command.ExecuteNonQueryAsync(Token);
        return connection; // closing it rolls back
    }
}
