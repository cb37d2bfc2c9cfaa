namespace Sineta.Server.Hosting;

/// <summary>
/// Gives memory back while little goes on. By itself the garbage collector waits until the youngest generation is full, which under load is
/// right, but takes a quiet server many minutes.
/// </summary>
internal sealed class IdleMemory(TimeProvider time) : BackgroundService
{
    private const long BusyBytes = 32 << 20;
    private const long WorthwhileBytes = 2 << 20;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    public static void GiveBack() =>
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var (before, spare) = (GC.GetTotalAllocatedBytes(), 0L);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var allocated = GC.GetTotalAllocatedBytes() - before;
            before += allocated;
            spare += allocated;
            if (allocated > BusyBytes || spare < WorthwhileBytes)
                continue;
            GiveBack();
            spare = 0;
        }
    }
}
