namespace Sineta.Testing;

/// <summary>Waits for what real processes and real HTTP bring about in their own time.</summary>
public static class Eventually
{
    // Only a test that fails waits as long: a machine that is busy with others is slow, and right.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <exception cref="TimeoutException">It did not come true in time.</exception>
    public static Task TrueAsync(Func<bool> condition, CancellationToken cancellationToken) =>
        TrueAsync(() => Task.FromResult(condition()), cancellationToken);

    /// <inheritdoc cref="TrueAsync(Func{bool}, CancellationToken)"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval);
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
                throw new TimeoutException($"It did not come true within {Patience.TotalMinutes} min.");
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
