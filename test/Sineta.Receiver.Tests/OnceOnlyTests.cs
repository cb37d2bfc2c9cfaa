using System.Net;
using Sineta.Events;

namespace Sineta.Receiver.Tests;

public sealed class OnceOnlyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly ReadOnlyMemory<byte> Body = EventTypes.TrailCompleted.Sample;

    [Fact]
    public async Task An_event_delivered_again_is_acknowledged_and_not_handled_again()
    {
        var handled = 0;
        await using var app = await ReceiverApp.StartAsync(hooks => hooks.OnTrailCompleted(async (_, _, _) => handled++));

        Assert.Equal(HttpStatusCode.OK, (await app.DeliverAsync(Body, "evt_1")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.DeliverAsync(Body, "evt_1", at: ReceiverApp.Now.AddMinutes(1))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.DeliverAsync(Body, "evt_2")).StatusCode);

        Assert.Equal(2, handled);
    }

    [Fact]
    public async Task An_event_is_acknowledged_only_after_it_was_handled_and_its_double_not_before()
    {
        var (entered, finish) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var app = await ReceiverApp.StartAsync(hooks => hooks.OnTrailCompleted((_, _, _) =>
        {
            entered.TrySetResult();
            return finish.Task;
        }));

        var first = app.DeliverAsync(Body);
        await entered.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        using var meanwhile = await app.DeliverAsync(Body);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, meanwhile.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(5), meanwhile.Headers.RetryAfter?.Delta);
        Assert.False(first.IsCompleted);
        finish.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.DeliverAsync(Body)).StatusCode);
    }

    [Fact]
    public async Task An_event_whose_handler_throws_is_not_acknowledged_and_is_handled_when_it_comes_again()
    {
        var attempts = 0;
        await using var app = await ReceiverApp.StartAsync(hooks => hooks.OnTrailCompleted(async (_, _, _) =>
        {
            if (attempts++ == 0)
                throw new InvalidOperationException("The database is away.");
        }));

        Assert.Equal(HttpStatusCode.InternalServerError, (await app.DeliverAsync(Body)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.DeliverAsync(Body)).StatusCode);
        Assert.Equal(2, attempts);
    }

    [Fact]
    public async Task A_sender_that_hangs_up_cancels_the_handler_and_finds_the_event_unhandled_later()
    {
        var (entered, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        var events = new WatchedEvents();
        await using var app = await ReceiverApp.StartAsync(hooks => hooks.RememberIn(events).OnTrailCompleted(async (_, _, cancellation) =>
        {
            if (!entered.TrySetResult())
                return;
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            }
            finally
            {
                cancelled.SetResult();
            }
        }));
        using var hangUp = new CancellationTokenSource();

        var first = app.DeliverAsync(Body, cancellationToken: hangUp.Token);
        await entered.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await hangUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await cancelled.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await events.Released.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, (await app.DeliverAsync(Body)).StatusCode);
    }

    [Fact]
    public async Task Of_many_doubles_at_once_one_is_handled()
    {
        var handled = 0;
        await using var app = await ReceiverApp.StartAsync(hooks => hooks.OnTrailCompleted(async (_, _, _) =>
        {
            Interlocked.Increment(ref handled);
            await Task.Yield();
        }));

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => app.DeliverAsync(Body)));

        Assert.Equal(1, handled);
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable));
    }

    [Fact]
    public async Task What_is_kept_in_memory_is_bounded_and_the_oldest_is_forgotten_first()
    {
        var handled = new HandledEventsInMemory(capacity: 2);
        var cancellationToken = TestContext.Current.CancellationToken;

        foreach (var id in (string[])["evt_1", "evt_2", "evt_3"])
        {
            Assert.Equal(Claim.Taken, await handled.ClaimAsync(id, cancellationToken));
            await handled.CompleteAsync(id, cancellationToken);
        }

        Assert.Equal(Claim.Done, await handled.ClaimAsync("evt_2", cancellationToken));
        Assert.Equal(Claim.Done, await handled.ClaimAsync("evt_3", cancellationToken));
        Assert.Equal(Claim.Taken, await handled.ClaimAsync("evt_1", cancellationToken));
        Assert.Equal(Claim.InProgress, await handled.ClaimAsync("evt_1", cancellationToken));
        await handled.ReleaseAsync("evt_1", cancellationToken);
        Assert.Equal(Claim.Taken, await handled.ClaimAsync("evt_1", cancellationToken));
    }

    /// <summary>A store of someone else's, that tells when it released.</summary>
    private sealed class WatchedEvents : HandledEvents
    {
        private readonly HandledEventsInMemory _inner = new();
        private readonly TaskCompletionSource _released = new();

        public Task Released => _released.Task;

        public override ValueTask<Claim> ClaimAsync(string eventId, CancellationToken cancellationToken) =>
            _inner.ClaimAsync(eventId, cancellationToken);

        public override ValueTask CompleteAsync(string eventId, CancellationToken cancellationToken) =>
            _inner.CompleteAsync(eventId, cancellationToken);

        public override async ValueTask ReleaseAsync(string eventId, CancellationToken cancellationToken)
        {
            await _inner.ReleaseAsync(eventId, cancellationToken);
            _released.TrySetResult();
        }
    }
}
