using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Sineta.Delivery.Dispatch;

/// <summary>
/// Asks the system's resolver, on threads of its own: it blocks its thread for as long as a name's servers are silent, and on the pool's
/// threads a few such names would delay every delivery. Those who want the same name at the same time share one question.
/// </summary>
/// <param name="lookUp">Blocks until the name is resolved; <see cref="Dns.GetHostAddresses(string)"/> in production.</param>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore holds nothing, and threads may yet release it when the server stops.")]
internal sealed class HostLookup(Func<string, IPAddress[]> lookUp)
{
    private const int MaxThreads = 256;
    private const int StackBytes = 256 * 1024;

    private readonly ConcurrentDictionary<string, Task<IPAddress[]>> _underWay = new(StringComparer.OrdinalIgnoreCase);
    private readonly SemaphoreSlim _threads = new(MaxThreads);

    /// <summary>A name's addresses. Giving up ends the waiting, not the question.</summary>
    public async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (_underWay.TryGetValue(host, out var asked))
            return await asked.WaitAsync(cancellationToken);
        await _threads.WaitAsync(cancellationToken);
        var mine = new TaskCompletionSource<IPAddress[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        asked = _underWay.GetOrAdd(host, mine.Task);
        if (asked == mine.Task)
            new Thread(() => Ask(host, mine), StackBytes) { IsBackground = true, Name = "DNS" }.UnsafeStart();
        else
            _threads.Release();
        return await asked.WaitAsync(cancellationToken);
    }

    private void Ask(string host, TaskCompletionSource<IPAddress[]> answer)
    {
        try
        {
            var addresses = lookUp(host);
            _underWay.TryRemove(host, out _);
            answer.SetResult(addresses);
        }
        catch (Exception e)
        {
            // On a bare thread nothing else would see it: whoever waits does.
            _underWay.TryRemove(host, out _);
            answer.SetException(e);
        }
        finally
        {
            _threads.Release();
        }
    }
}
