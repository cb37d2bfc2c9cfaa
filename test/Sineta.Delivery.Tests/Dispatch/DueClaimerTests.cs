using Microsoft.AspNetCore.Http;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Dispatch;

/// <summary>What lies in the database is looked for in time.</summary>
public sealed class DueClaimerTests(Postgres postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_falls_due_is_sent_also_where_the_clock_went_back_meanwhile()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        receiver.Answer = (request, context) =>
        {
            if (request.Headers["sineta-attempt"] == "1")
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        };
        var time = new SetClock();
        await using var node = await DeliveryNode.StartAsync(
            await postgres.CreateDatabaseAsync(Token), DeliveryNode.LoopbackOptions, Token, time: time);
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token, retrySchedule: [1]);
        await node.Intake.AcceptAsync([node.NewEvent(institution, "enrollment:0")], Token);
        await node.BecomesAsync(1, "select count(*) from attempts", Token);

        time.SetBack(TimeSpan.FromHours(1));

        await node.BecomesAsync(1, "select count(*) from attempts where conclusion = 'delivered'", Token);
    }

    /// <summary>The system's clock, as somebody sets it.</summary>
    private sealed class SetClock : TimeProvider
    {
        private long _back;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - TimeSpan.FromTicks(Volatile.Read(ref _back));

        public void SetBack(TimeSpan by) => Volatile.Write(ref _back, by.Ticks);
    }
}
