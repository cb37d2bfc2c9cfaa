namespace Sineta.Delivery.Storage;

/// <summary>
/// Writers of one queue take turns: while one commits, more gathers for the next, and one commit of many costs far less than several of
/// few. A commit that takes long is not waited for: one that is stuck must not hold up what has nothing to do with it.
/// </summary>
internal sealed class CommitTurns(TimeProvider time)
{
    internal static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(25);

    private Task _last = Task.CompletedTask;

    /// <summary>Gathers and commits, once the commit before is done.</summary>
    public async Task TakeAsync(Func<Task> commit)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var before = Interlocked.Exchange(ref _last, turn.Task);
        if (!before.IsCompleted)
            await Task.WhenAny(before, Task.Delay(Patience, time, CancellationToken.None));
        try
        {
            await commit();
        }
        finally
        {
            turn.SetResult();
        }
    }
}
