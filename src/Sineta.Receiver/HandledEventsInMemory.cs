namespace Sineta.Receiver;

/// <summary>Remembers the last events handled by this process; forgets all when it ends.</summary>
/// <param name="capacity">How many events are remembered; the oldest is forgotten first.</param>
public sealed class HandledEventsInMemory(int capacity = 100_000) : HandledEvents
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Claim> _claims = new(StringComparer.Ordinal);
    private readonly Queue<string> _done = new();

    /// <inheritdoc/>
    public override ValueTask<Claim> ClaimAsync(string eventId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(_claims.TryAdd(eventId, Claim.InProgress) ? Claim.Taken : _claims[eventId]);
        }
    }

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(string eventId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _claims[eventId] = Claim.Done;
            _done.Enqueue(eventId);
            if (_done.Count > capacity)
                _claims.Remove(_done.Dequeue());
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override ValueTask ReleaseAsync(string eventId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _claims.Remove(eventId);
        }

        return ValueTask.CompletedTask;
    }
}
