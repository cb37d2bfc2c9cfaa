using Microsoft.Extensions.Hosting;
using Npgsql;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Intake;

/// <summary>Begins transactions of those who keep state of their own in this database, and tell of its changes by events.</summary>
public sealed class EventTransactions(
    NpgsqlDataSource database, Configuration configuration, NodeLease lease, DeliveryPlanner planner, DeliveryMetrics metrics,
    DeliveryOptions options, IHostApplicationLifetime lifetime, TimeProvider time)
{
    /// <summary>Opens a connection and begins a transaction on it, at read committed.</summary>
    public async Task<EventTransaction> BeginAsync(CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            return new EventTransaction(this, connection, await connection.BeginTransactionAsync(cancellationToken), time.GetUtcNow());
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Appends to a transaction: what it answers is planned, and stored once the transaction is committed.</summary>
    internal async Task<(PlannedEvent[] Planned, long? Lease)> AppendAsync(
        NpgsqlConnection connection, IReadOnlyList<Event> events, CancellationToken cancellationToken)
    {
        long? token = lease.Token;
        while (true)
        {
            var version = configuration.Version;
            var planned = planner.Plan(events, token);
            try
            {
                var result = await EventLedger.AppendAsync(connection, planned, version, token, cancellationToken);
                if (result.Version == version && result.LeaseHeld)
                {
                    foreach (var known in planned.Where(p => !result.Stored.Contains(p.Event.Id)))
                        planner.Withdraw(known);
                    return ([.. planned.Where(p => result.Stored.Contains(p.Event.Id))], token);
                }

                Array.ForEach(planned, planner.Withdraw);
                token = result.LeaseHeld ? token : null;
            }
            catch
            {
                Array.ForEach(planned, planner.Withdraw);
                throw;
            }

            await configuration.RefreshAsync(cancellationToken);
        }
    }

    internal async ValueTask RingAsync(IReadOnlyList<PlannedEvent> committed)
    {
        metrics.EventsAccepted(committed.Count);
        foreach (var planned in committed)
            await planner.RingAsync(planned);
    }

    internal void Withdraw(IReadOnlyList<PlannedEvent> planned)
    {
        foreach (var dropped in planned)
            planner.Withdraw(dropped);
    }

    /// <summary>
    /// Asks what became of a commit whose answer was lost, until the database says so or the program ends, which gives its lease back. Where
    /// it took place the deliveries are given free, to be claimed.
    /// </summary>
    /// <returns>Whether it was committed.</returns>
    internal async Task<bool> SettleAsync(IReadOnlyList<PlannedEvent> planned, long? token)
    {
        while (true)
        {
            try
            {
                if (!await IsCommittedAsync(planned, token, lifetime.ApplicationStopping))
                {
                    Withdraw(planned);
                    return false;
                }

                metrics.EventsAccepted(planned.Count);
                foreach (var committed in planned)
                    await planner.RingFreedAsync(committed);
                return true;
            }
            catch (Exception e) when (Database.IsUnavailable(e))
            {
                await Task.Delay(options.DatabaseRetryDelay, time, lifetime.ApplicationStopping);
            }
        }
    }

    // Taking the first event's key, for nothing: it waits where the commit is still under way, and fails where it took place.
    private async Task<bool> IsCommittedAsync(IReadOnlyList<PlannedEvent> planned, long? token, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using (await connection.BeginTransactionAsync(cancellationToken))
        {
            if (await EventLedger.TryTakeKeyAsync(connection, planned[0].Event, cancellationToken))
                return false;
        }

        Event[] events = [.. planned.Select(static p => p.Event)];
        var holders = await EventLedger.HoldersAsync(connection, events, cancellationToken);
        if (holders.Values.All(h => h.EventId != events[0].Id))
            return false;
        if (token is { } lease)
            await EventLedger.FreeDeliveriesAsync(connection, [.. events.Select(static e => e.Id)], [lease], cancellationToken);
        return true;
    }
}

/// <summary>
/// A change of state and the events that tell of it: committed both, or neither. 1. change what is yours on <see cref="Connection"/>, 2. append
/// the events, in the order in which receivers shall have them, 3. commit, which sends them on their way.
/// </summary>
public sealed class EventTransaction : IAsyncDisposable
{
    // The statement's joins grow with the square of its events.
    private const int MostAtOnce = 500;

    private readonly EventTransactions _transactions;
    private readonly NpgsqlTransaction _transaction;
    private readonly List<PlannedEvent> _planned = [];
    private long? _lease;

    internal EventTransaction(EventTransactions transactions, NpgsqlConnection connection, NpgsqlTransaction transaction, DateTimeOffset now)
    {
        _transactions = transactions;
        _transaction = transaction;
        Connection = connection;
        Now = now.ToMicrosecond();
    }

    /// <summary>Where everything of this transaction is done.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>The one moment at which everything in this transaction happens, as finely as the database keeps it.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Appends events. One whose key exists already is left out: it was told before.</summary>
    /// <exception cref="PostgresException">A unique violation, where another transaction stores one of the keys now: begin again.</exception>
    public async Task AppendAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken)
    {
        foreach (var some in events.Chunk(MostAtOnce))
        {
            var (planned, lease) = await _transactions.AppendAsync(Connection, some, cancellationToken);
            _planned.AddRange(planned);
            _lease = lease ?? _lease;
        }
    }

    /// <summary>Commits; the events that were appended are delivered from now on.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _transaction.CommitAsync(cancellationToken);
        }
        catch (Exception) when (_planned.Count > 0)
        {
            PlannedEvent[] doubtful = [.. _planned];
            _planned.Clear();
            if (await _transactions.SettleAsync(doubtful, _lease))
                return;
            throw;
        }

        PlannedEvent[] committed = [.. _planned];
        _planned.Clear();
        await _transactions.RingAsync(committed);
    }

    /// <summary>Without a commit, it never was.</summary>
    public async ValueTask DisposeAsync()
    {
        _transactions.Withdraw(_planned);
        await _transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }
}
