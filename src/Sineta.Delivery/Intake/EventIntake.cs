using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Intake;

/// <summary>
/// Accepts proven events and answers once they are committed. Publishers that come at the same time share one transaction (group commit):
/// 1. wait for room where an endpoint is busy, 2. queue, 3. plan the deliveries, 4. append in one transaction, 5. answer, 6. ring the bell.
/// </summary>
public sealed partial class EventIntake(
    NpgsqlDataSource database, Configuration configuration, NodeLease lease, DeliveryPlanner planner, Bell bell, DeliveryMetrics metrics,
    DeliveryOptions options, TimeProvider time, ILogger<EventIntake> logger) : BackgroundService
{
    private static readonly TimeSpan LookFirstFor = TimeSpan.FromMinutes(1);

    private readonly Channel<Publication> _queue = Channel.CreateBounded<Publication>(options.IntakeQueue);
    private readonly CommitTurns _turns = new(time);
    private readonly OnceAMinute _trouble = new(time);
    private long _queuedBytes, _lookFirstUntil;
    private volatile bool _isGathering;
    private volatile bool _isInsisting;

    /// <summary>Whether what was put last was not taken by the database, and is put again and again.</summary>
    public bool IsInsisting => _isInsisting;

    /// <summary>Stores the events, each once, and gives each its result, in their order.</summary>
    public async Task<IReadOnlyList<IntakeResult>> AcceptAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken)
    {
        var endpoints = EndpointsOf(events);
        await EnterAsync(endpoints, events.Count);
        try
        {
            return await CommittedAsync(events, cancellationToken);
        }
        finally
        {
            foreach (var endpoint in endpoints)
                bell.Leave(endpoint, events.Count);
        }
    }

    private async Task<IReadOnlyList<IntakeResult>> CommittedAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken)
    {
        var publication = new Publication(events);
        if (Interlocked.Add(ref _queuedBytes, publication.Bytes) > options.IntakeQueueBytes || !_queue.Writer.TryWrite(publication))
        {
            Interlocked.Add(ref _queuedBytes, -publication.Bytes);
            return Overloaded(events.Count);
        }

        try
        {
            return await publication.Results.WaitAsync(options.IntakeTimeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return Overloaded(events.Count);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var writers = Enumerable.Range(0, options.IntakeWriters).Select(_ => Task.Run(() => WriteAsync(stoppingToken), stoppingToken));
        await foreach (var ended in Task.WhenEach(writers).WithCancellation(CancellationToken.None))
            await ended;
    }

    /// <summary>Slows a publisher down to the pace of busy, healthy endpoints, for a moment at most.</summary>
    private async ValueTask EnterAsync(IReadOnlyList<Endpoint> endpoints, int events)
    {
        Task? patience = null;
        foreach (var endpoint in endpoints)
        {
            while (bell.Enter(endpoint, events, patient: patience is not { IsCompleted: true }) is { } room)
                await Task.WhenAny(room, patience ??= Task.Delay(options.RoomPatience, time, CancellationToken.None));
        }
    }

    private IReadOnlyList<Endpoint> EndpointsOf(IReadOnlyList<Event> events) => events.Count == 1
        ? configuration.Matching(events[0].InstitutionId, events[0].Slug)
        : [.. events.Select(e => (e.InstitutionId, e.Slug)).Distinct().SelectMany(e => configuration.Matching(e.InstitutionId, e.Slug)).Distinct()];

    private static IntakeResult[] Overloaded(int count)
    {
        var results = new IntakeResult[count];
        Array.Fill(results, new IntakeResult.Overloaded(TimeSpan.FromSeconds(1)));
        return results;
    }

    private async Task WriteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Publication>();
        while (await _queue.Reader.WaitToReadAsync(stoppingToken))
        {
            if (_isGathering)
                await _turns.TakeAsync(() => WriteAsync(batch, stoppingToken));
            else
                await WriteAsync(batch, stoppingToken);
        }
    }

    private async Task WriteAsync(List<Publication> batch, CancellationToken stoppingToken)
    {
        batch.Clear();
        var events = 0;
        for (; events < options.IntakeBatch && _queue.Reader.TryRead(out var publication); events += publication.Events.Count)
            batch.Add(publication);
        if (batch.Count == 0)
            return; // another writer was faster
        // A lone event goes at once, beside the commit before it, and so does a full batch; what is in between shares the next commit.
        _isGathering = events >= options.CopyFrom && events < options.IntakeBatch;
        await CommitAsync(batch, stoppingToken);
        Interlocked.Add(ref _queuedBytes, -batch.Sum(static p => p.Bytes));
    }

    /// <summary>
    /// Stores a batch, answers, and rings the bell. One publication that cannot be stored must not take others with it: a batch that fails is
    /// halved, until that one is alone.
    /// </summary>
    private async Task CommitAsync(List<Publication> batch, CancellationToken stoppingToken)
    {
        var events = batch.SelectMany(static p => p.Events).ToArray();
        Plan plan;
        try
        {
            plan = await AppendAsync(events, stoppingToken);
            _isInsisting = false;
        }
        catch (Exception e) when (e is not OperationCanceledException && batch.Count > 1)
        {
            var half = batch.Count / 2;
            await CommitAsync(batch.GetRange(0, half), stoppingToken);
            await CommitAsync(batch.GetRange(half, batch.Count - half), stoppingToken);
            return;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(events.Length, e);
            _isInsisting = false; // it answers, and will never take these
            batch.ForEach(p => p.Fail(e));
            return;
        }

        foreach (var publication in batch)
            publication.Answer(plan.ResultOf);
        await RingAsync(plan);
    }

    /// <summary>
    /// Never gives up on a batch that may have been committed: it is put again, under the same ids, until the database says what became of it.
    /// </summary>
    private async Task<Plan> AppendAsync(Event[] events, CancellationToken stoppingToken)
    {
        var plan = MakePlan(events, lease.Token, []);
        ExceptionDispatchInfo? fault = null;
        while (true)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                if (fault is not null)
                    await SettleAsync(plan, connection, stoppingToken);
                else if (await PutAsync(plan, connection, stoppingToken) is { } next)
                    plan = next;
                if (plan.IsStored)
                    return plan;
                fault?.Throw();
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                // One of these keys is taken, if only by another writer meanwhile; the next put sees it.
                LookFirst();
            }
            catch (Exception e) when (Database.IsUnavailable(e))
            {
                _isInsisting = true;
                if (_trouble.IsDue())
                    LogUnavailable(events.Length, e.Message);
                await Task.Delay(options.DatabaseRetryDelay, time, stoppingToken);
            }
            catch (Exception e) when (fault is null && e is not (PostgresException or OperationCanceledException))
            {
                // A fault on this side of the line does not tell what became of the batch on the other: that is asked for next.
                fault = ExceptionDispatchInfo.Capture(e);
                plan.Stored = new HashSet<Guid>();
            }
            catch
            {
                Withdraw(plan);
                throw;
            }
        }
    }

    /// <summary>Facts are mostly new: whether their keys are taken already is asked only while some lately were.</summary>
    private bool LooksFirst => time.GetUtcNow().UtcTicks < Volatile.Read(ref _lookFirstUntil);

    private void LookFirst() => Volatile.Write(ref _lookFirstUntil, (time.GetUtcNow() + LookFirstFor).UtcTicks);

    /// <summary>Puts a plan once. Where what it was made from has changed meanwhile it was not stored: answers another one to put.</summary>
    private async Task<Plan?> PutAsync(Plan plan, NpgsqlConnection connection, CancellationToken stoppingToken)
    {
        var result = plan.Events.Length < options.CopyFrom
            ? await EventLedger.AppendAsync(connection, plan.Events, plan.Version, plan.Lease, stoppingToken)
            : await EventCopy.AppendAsync(
                connection, plan.Events, plan.Version, plan.Lease, LooksFirst, time.GetUtcNow(), stoppingToken);
        if (result.Version == plan.Version && result.LeaseHeld)
        {
            plan.Stored = result.Stored;
            metrics.EventsAccepted(result.Stored.Count);
            if (result.Stored.Count < plan.Events.Length)
                LookFirst();
            if (result.Stored.Count < plan.Given.Length)
                await SettleAsync(plan, connection, stoppingToken);
            plan.IsStored = true;
            return null;
        }

        if (result.Version != plan.Version)
            await configuration.RefreshAsync(stoppingToken);
        Withdraw(plan);
        return MakePlan(plan.Given, result.LeaseHeld ? lease.Token : null, plan.Leases);
    }

    /// <summary>
    /// Finds who holds the keys that were taken. Where it is this very batch, an earlier put was committed and its answer lost: its
    /// deliveries, under whichever of its leases they were put, are given free to be claimed.
    /// </summary>
    private static async Task SettleAsync(Plan plan, NpgsqlConnection connection, CancellationToken stoppingToken)
    {
        plan.Holders = await EventLedger.HoldersAsync(
            connection, Array.FindAll(plan.Given, e => !plan.Stored.Contains(e.Id)), stoppingToken);
        var recovered = plan.Events.Where(e => plan.IsRecovered(e.Event)).Select(static e => e.Event.Id).ToArray();
        if (recovered.Length == 0)
            return;
        await EventLedger.FreeDeliveriesAsync(connection, recovered, plan.Leases, stoppingToken);
        plan.IsStored = true;
    }

    private Plan MakePlan(Event[] events, long? token, long[] leases)
    {
        var version = configuration.Version;
        var facts = events.DistinctBy(static e => (e.InstitutionId, e.Slug, e.DedupeKey));
        return new Plan(version, token, events, planner.Plan(facts, token))
        {
            Leases = token is { } held && !leases.Contains(held) ? [.. leases, held] : leases,
        };
    }

    private async ValueTask RingAsync(Plan plan)
    {
        foreach (var planned in plan.Events)
        {
            if (plan.Stored.Contains(planned.Event.Id))
                await planner.RingAsync(planned);
            else if (plan.IsRecovered(planned.Event))
                await planner.RingFreedAsync(planned);
            else
                planner.Withdraw(planned);
        }
    }

    private void Withdraw(Plan plan) => Array.ForEach(plan.Events, planner.Withdraw);

    /// <summary>A batch on its way into the ledger, and then what became of it.</summary>
    private sealed class Plan(long version, long? lease, Event[] given, PlannedEvent[] events)
    {
        private readonly Dictionary<Guid, int> _deliveries = events.ToDictionary(static e => e.Event.Id, static e => e.Deliveries.Count);

        public long Version { get; } = version;

        public long? Lease { get; } = lease;

        /// <summary>The leases that this batch was planned under so far.</summary>
        public required long[] Leases { get; init; }

        public Event[] Given { get; } = given;

        /// <summary>Those of them that are not the same fact.</summary>
        public PlannedEvent[] Events { get; } = events;

        /// <summary>Whether the database has said what became of it.</summary>
        public bool IsStored { get; set; }

        public IReadOnlySet<Guid> Stored { get; set; } = new HashSet<Guid>();

        public Dictionary<(long, string, string), KeyHolder> Holders { get; set; } = [];

        /// <summary>Stored by an earlier put of this same batch, whose answer was lost.</summary>
        public bool IsRecovered(Event happened) => !Stored.Contains(happened.Id) && HolderOf(happened).EventId == happened.Id;

        public IntakeResult ResultOf(Event happened) => Stored.Contains(happened.Id) || IsRecovered(happened)
            ? new IntakeResult.Accepted(happened.Id, _deliveries[happened.Id])
            : new IntakeResult.Duplicate(HolderOf(happened).EventId, HolderOf(happened).DiffersFrom(happened));

        private KeyHolder HolderOf(Event happened) => Holders.GetValueOrDefault((happened.InstitutionId, happened.Slug, happened.DedupeKey));
    }

    /// <summary>The events of one call, waiting for their commit.</summary>
    private sealed class Publication(IReadOnlyList<Event> events)
    {
        private readonly TaskCompletionSource<IReadOnlyList<IntakeResult>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<Event> Events { get; } = events;

        public long Bytes { get; } = events.Sum(static e => (long)e.Body.Length);

        public Task<IReadOnlyList<IntakeResult>> Results => _answer.Task;

        public void Answer(Func<Event, IntakeResult> resultOf) => _answer.TrySetResult([.. Events.Select(resultOf)]);

        public void Fail(Exception problem) => _answer.TrySetException(problem);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A batch of {Count} events could not be stored")]
    private partial void LogFailed(int count, Exception problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database did not answer for a batch of {Count} events, which will be put again: {Problem}")]
    private partial void LogUnavailable(int count, string problem);
}
