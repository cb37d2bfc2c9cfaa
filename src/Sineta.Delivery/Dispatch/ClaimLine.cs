using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Sineta.Delivery.Dispatch;

/// <summary>The lanes that wait for a claim: each once, and served in the order in which they came.</summary>
internal sealed class ClaimLine
{
    private readonly ConcurrentDictionary<Lane, bool> _present = new();
    private readonly ConcurrentQueue<Lane> _order = new();

    public bool IsEmpty => _order.IsEmpty;

    /// <summary>Puts a lane at the end, unless it waits already.</summary>
    public bool TryJoin(Lane lane)
    {
        if (!_present.TryAdd(lane, true))
            return false;
        _order.Enqueue(lane);
        return true;
    }

    /// <summary>Takes the lane that has waited longest. From here on it may join again.</summary>
    public bool TryTake([MaybeNullWhen(false)] out Lane lane)
    {
        if (!_order.TryDequeue(out lane))
            return false;
        _present.TryRemove(lane, out _);
        return true;
    }
}
