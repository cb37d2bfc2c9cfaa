using System.Collections.Concurrent;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Intake;

/// <summary>
/// The deliveries that this node took into its memory with one commit of events. They stand together in one row of the database, which may
/// go once each of them is on record, or has a row of its own.
/// </summary>
public sealed class FreshCommit
{
    private readonly ConcurrentQueue<Guid> _spent;
    private int _open;

    internal FreshCommit(Guid id, ConcurrentQueue<Guid> spent) => (Id, _spent) = (id, spent);

    public Guid Id { get; }

    /// <summary>How many of its deliveries still need its row.</summary>
    public int Open => Volatile.Read(ref _open);

    internal void Join() => Interlocked.Increment(ref _open);

    /// <summary>So many of its deliveries need its row no more: that is committed.</summary>
    /// <param name="count">How many.</param>
    /// <param name="gone">Whether the row went with them.</param>
    internal void Leave(int count, bool gone = false)
    {
        if (Interlocked.Add(ref _open, -count) == 0 && !gone)
            _spent.Enqueue(Id);
    }
}

/// <summary>Begins commits, and knows which of their rows are of no use any more.</summary>
public sealed class FreshCommits(IdGenerator ids)
{
    private readonly ConcurrentQueue<Guid> _spent = new();

    public FreshCommit Begin() => new(ids.Next(), _spent);

    /// <summary>Takes out the commits whose rows are to be deleted; a deletion that fails is to be <see cref="PutBack">put back</see>.</summary>
    internal List<Guid> TakeSpent()
    {
        var spent = new List<Guid>();
        while (_spent.TryDequeue(out var id))
            spent.Add(id);
        return spent;
    }

    internal void PutBack(List<Guid> spent) => spent.ForEach(_spent.Enqueue);
}
