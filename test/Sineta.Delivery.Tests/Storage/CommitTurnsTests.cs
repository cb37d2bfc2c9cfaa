using Sineta.Delivery.Storage;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Storage;

public sealed class CommitTurnsTests
{
    private readonly ManualTime _time = new();
    private readonly CommitTurns _turns;

    public CommitTurnsTests() => _turns = new CommitTurns(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_commit_begins_once_the_one_before_it_is_done()
    {
        var before = new TaskCompletionSource();
        var isBegun = false;
        var first = _turns.TakeAsync(() => before.Task);
        var second = _turns.TakeAsync(() =>
        {
            isBegun = true;
            return Task.CompletedTask;
        });
        Assert.False(isBegun);

        before.SetResult();
        await Task.WhenAll(first, second).WaitAsync(Token);
        Assert.True(isBegun);
    }

    [Fact]
    public async Task A_commit_that_is_stuck_does_not_hold_up_the_others()
    {
        var stuck = new TaskCompletionSource();
        var first = _turns.TakeAsync(() => stuck.Task);
        var second = _turns.TakeAsync(() => Task.CompletedTask);
        Assert.False(second.IsCompleted);

        _time.Advance(CommitTurns.Patience);
        await second.WaitAsync(Token);
        await _turns.TakeAsync(() => Task.CompletedTask).WaitAsync(Token);
        Assert.False(first.IsCompleted);
        stuck.SetResult();
        await first;
    }

    [Fact]
    public async Task A_commit_that_fails_gives_its_turn_away()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => _turns.TakeAsync(() => Task.FromException(new TimeoutException())));
        await _turns.TakeAsync(() => Task.CompletedTask).WaitAsync(Token);
    }
}
