namespace Sineta.Delivery.History;

/// <summary>
/// Reads one institution's attempts once for all who listen to them on this node. What was seen before its order was final is told at once,
/// and not again when it is.
/// </summary>
internal sealed class Broadcast(long institutionId, StreamStore store, StreamPosition since, StreamPosition start)
{
    /// <summary>Attempts that are told at a time; what there is beyond is left out.</summary>
    internal const int Page = 500;

    private readonly List<AttemptListener> _listeners = [];
    private HashSet<StreamPosition> _seen = [];
    private StreamPosition _since = since;

    public long InstitutionId => institutionId;

    /// <summary>Up to here everything is told, and the order final.</summary>
    public StreamPosition Position { get; private set; } = start;

    /// <summary>Until then every node notes the institution's attempts.</summary>
    public DateTimeOffset ListensUntil { get; set; }

    public int Listeners => _listeners.Count;

    /// <summary>Adds a listener, and tells it what it missed since it was here before.</summary>
    public async Task JoinAsync(AttemptListener listener, StreamPosition? before, CancellationToken cancellationToken)
    {
        if (before is { } last && !await TellMissedAsync(listener, last, cancellationToken))
            listener.Tell(new StreamNews.Gap(Position, Missed: null));
        _listeners.Add(listener);
    }

    /// <summary>Ends the listeners that are not welcome any more, and forgets those that have ended.</summary>
    public void Recheck()
    {
        foreach (var listener in _listeners)
            listener.Recheck();
        _listeners.RemoveAll(static listener => listener.HasEnded);
    }

    /// <summary>Tells what came on record since the last time.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        var limit = Page + _seen.Count;
        var rows = await store.ReadAsync(institutionId, Position, limit, cancellationToken);
        var unsettled = new HashSet<StreamPosition>();
        foreach (var (position, isSettled, delivery) in rows)
        {
            if (isSettled && unsettled.Count == 0)
                Position = position;
            else
                unsettled.Add(position);
            if (!_seen.Contains(position))
                _listeners.ForEach(listener => listener.Tell(new StreamNews.Attempt(Position, delivery)));
        }

        _seen = unsettled;
        if (rows.Count == limit)
            await LeaveOutAsync(cancellationToken);
    }

    public void TellQuiet() => _listeners.ForEach(listener => listener.Tell(new StreamNews.Quiet(Position)));

    /// <summary>Attempts were not noted before a position, as nobody was known to listen.</summary>
    public void GoOnFrom(StreamPosition since)
    {
        _since = since;
        if (since <= Position)
            return;
        Position = since;
        _listeners.ForEach(listener => listener.Tell(new StreamNews.Gap(since, Missed: null)));
    }

    private async Task LeaveOutAsync(CancellationToken cancellationToken)
    {
        if (await store.RestAsync(institutionId, Position, cancellationToken) is not var (last, count))
            return;
        var missed = count - _seen.RemoveWhere(seen => seen <= last);
        Position = last;
        if (missed > 0)
            _listeners.ForEach(listener => listener.Tell(new StreamNews.Gap(last, missed)));
    }

    private async Task<bool> TellMissedAsync(AttemptListener listener, StreamPosition last, CancellationToken cancellationToken)
    {
        if (last < _since)
            return false;
        var rows = await store.ReadAsync(institutionId, last, Page, cancellationToken);
        foreach (var (position, _, delivery) in rows.Where(row => row.Position <= Position || _seen.Contains(row.Position)))
            listener.Tell(new StreamNews.Attempt(position <= Position ? position : Position, delivery));
        var furthest = _seen.Count > 0 ? _seen.Max() : Position;
        return rows.Count < Page || rows[^1].Position >= furthest;
    }
}
