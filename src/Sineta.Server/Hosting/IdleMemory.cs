using System.Runtime.InteropServices;

namespace Sineta.Server.Hosting;

/// <summary>
/// Gives memory back while little goes on. By itself the garbage collector waits until the youngest generation is full, which under load is
/// right, but takes a quiet server many minutes; the compiler lets go of what it worked with as finalizers run; glibc keeps what is freed.
/// </summary>
internal sealed partial class IdleMemory(TimeProvider time) : BackgroundService
{
    private const long BusyBytes = 32 << 20;
    private const long WorthwhileBytes = 2 << 20;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private bool _hasGlibc = OperatingSystem.IsLinux();

    /// <summary>Looks soon after the start, for what starting took is not needed again, and then ever more seldom.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (before, spare) = (GC.GetTotalAllocatedBytes(), 0L);
        for (var pause = TimeSpan.FromSeconds(1); ; pause = pause * 2 < Longest ? pause * 2 : Longest)
        {
            await Task.Delay(pause, time, stoppingToken);
            var allocated = GC.GetTotalAllocatedBytes() - before;
            before += allocated;
            spare += allocated;
            if (allocated > BusyBytes || (pause == Longest && spare < WorthwhileBytes))
                continue;
            GiveBack();
            spare = 0;
        }
    }

    private void GiveBack()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        try
        {
            if (_hasGlibc)
                _ = Trim(0);
        }
        catch (TypeLoadException)
        {
            _hasGlibc = false; // another C library, or one that only goes by its name
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint keep);
}
