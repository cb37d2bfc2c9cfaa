using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Dispatch;

/// <summary>
/// One endpoint's own queue on this node, with its own bounds: how many wait in memory, how many are in flight, how many start a second. What
/// has no place here waits in the database, so that no endpoint, however slow, takes anything from another.
/// </summary>
public sealed class Lane(Endpoint endpoint, DeliveryOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Queue<OpenDelivery> _queue = new();
    private ConcurrencyLimit _limit = ConcurrencyLimit.Start(endpoint.MaxInFlight);
    private Breaker _breaker;
    private Pace _pace = new(endpoint.RatePerSecond);
    private TaskCompletionSource? _room;
    private Tally _taken;
    private DateTimeOffset? _resumedAt;
    private bool _isPausing;
    private int _expected;
    private int _admitted;
    private int _inFlight;

    /// <summary>As configured now.</summary>
    public Endpoint Endpoint { get; private set; } = endpoint;

    public RenderedEndpoint Rendered { get; private set; } = Render(endpoint);

    public RetrySchedule Schedule { get; private set; } = ScheduleOf(endpoint, options);

    /// <summary>Whether deliveries that this lane may claim are believed to lie in the database.</summary>
    public bool HasBacklog { get; private set; }

    /// <summary>Whether what was held is being sent first, at a pace of its own: new deliveries queue up behind it, in the database.</summary>
    public bool IsCatchingUp => _resumedAt is not null;

    /// <summary>Whether it failed so often in a row that attempts pause.</summary>
    public bool IsBroken
    {
        get
        {
            lock (_lock)
            {
                return _breaker.State != BreakerState.Closed;
            }
        }
    }

    /// <summary>Whether it would take more from the database now, where something may lie for it.</summary>
    public bool WantsMore
    {
        get
        {
            lock (_lock)
            {
                return HasBacklog && IsAdmitting && _queue.Count <= Capacity / 4;
            }
        }
    }

    /// <summary>Deliveries in this node's memory: admitted, queued and in flight.</summary>
    public int InMemory
    {
        get
        {
            lock (_lock)
            {
                return _admitted + _queue.Count + _inFlight;
            }
        }
    }

    // Not the wall clock: where that is set back, a pause must not grow by as much.
    private TimeSpan Now => time.GetElapsedTime(0);

    private int Capacity => _limit.Current * options.LaneQueuePerFlight;

    private bool IsOpen => Endpoint.Status == EndpointStatus.Active && _breaker.State == BreakerState.Closed;

    private bool IsAdmitting => IsOpen || (Endpoint.Status == EndpointStatus.Active && _breaker.Admits(Now));

    // Whether, at the pace of its last second, half of it is sent within a publisher's patience.
    private bool IsBrisk => !IsCatchingUp && !Endpoint.OrderedPerLearner && Endpoint.RatePerSecond is null
        && _taken.PerSecond(Now) * options.RoomPatience.TotalSeconds >= Capacity / 2;

    /// <summary>Reserves a place for a delivery that is about to be committed.</summary>
    /// <param name="isCrowded">Whether this node's memory is full, so that the lane has to do with what it may have in flight.</param>
    public bool TryAdmit(bool isCrowded)
    {
        lock (_lock)
        {
            if (!IsOpen || IsCatchingUp || Endpoint.OrderedPerLearner || _admitted + _queue.Count >= CapacityWhen(isCrowded))
                return false;
            _admitted++;
            return true;
        }
    }

    public void Withdraw()
    {
        lock (_lock)
        {
            _admitted--;
        }
    }

    /// <summary>Takes in an admitted delivery. False where the lane has closed meanwhile, and the delivery has to wait in the database.</summary>
    public bool TryEnqueue(OpenDelivery delivery, out bool startWorker)
    {
        lock (_lock)
        {
            _admitted--;
            startWorker = false;
            if (!IsOpen)
            {
                HasBacklog = true;
                return false;
            }

            _queue.Enqueue(delivery);
            startWorker = TryStartWorker();
            return true;
        }
    }

    /// <summary>
    /// Takes in what was claimed for it; <paramref name="more"/> tells whether the database had as many as were asked for. What it returns has
    /// no place here, for the lane has closed meanwhile, and goes back to the database.
    /// </summary>
    public IReadOnlyList<OpenDelivery> EnqueueClaimed(IReadOnlyList<OpenDelivery> deliveries, bool more, out bool startWorker)
    {
        lock (_lock)
        {
            startWorker = false;
            if (!IsAdmitting)
            {
                HasBacklog = true;
                return deliveries;
            }

            HasBacklog = more;
            foreach (var delivery in deliveries)
                _queue.Enqueue(delivery);
            startWorker = TryStartWorker();
            return [];
        }
    }

    /// <summary>How many deliveries it would take from the database now.</summary>
    /// <inheritdoc cref="TryAdmit"/>
    public int Room(bool isCrowded)
    {
        lock (_lock)
        {
            if (!IsAdmitting)
                return 0;
            if (_breaker.State != BreakerState.Closed)
                return _queue.Count + _inFlight == 0 ? 1 : 0;
            return Math.Max(0, CapacityWhen(isCrowded) - _admitted - _queue.Count);
        }
    }

    public void NoteBacklog()
    {
        lock (_lock)
        {
            HasBacklog = true;
        }
    }

    /// <summary>
    /// The next delivery for a worker, which starts another where <see cref="NextWork.StartWorker"/> says so. Where there is none, the worker is
    /// gone, and <see cref="NextWork.ResumeAfter"/> tells when the lane is to be resumed, if this worker has to see to that.
    /// </summary>
    public NextWork Dequeue()
    {
        lock (_lock)
        {
            var now = Now;
            TimeSpan? pause = null;
            if (_inFlight <= _limit.Current && _queue.Count > 0 && IsAdmitting)
            {
                if (IdGenerator.TimeOf(_queue.Peek().Id) >= _resumedAt)
                    EndCatchUp();
                pause = _pace.WaitFor(now);
                if (pause is null)
                {
                    _breaker = _breaker.OnStart(now);
                    var delivery = _queue.Dequeue();
                    SignalRoom();
                    return new NextWork(delivery, TryStartWorker(), ResumeAfter: null);
                }
            }

            _inFlight--;
            if (_isPausing)
                pause = null;
            _isPausing |= pause is not null;
            return new NextWork(Delivery: null, StartWorker: false, pause);
        }
    }

    /// <summary>The pause of its pace is over. True where a worker starts; the caller runs it.</summary>
    public bool Resume()
    {
        lock (_lock)
        {
            _isPausing = false;
            return TryStartWorker();
        }
    }

    /// <summary>Learns from an outcome. What it returns has no place here any more and goes back to the database.</summary>
    public IReadOnlyList<OpenDelivery> Learn(AttemptOutcome outcome)
    {
        lock (_lock)
        {
            var now = Now;
            switch (outcome.Evidence)
            {
                case EndpointEvidence.Healthy:
                    _taken = _taken.Add(now);
                    _breaker = _breaker.OnSuccess();
                    _limit = _limit.OnSuccess();
                    break;
                case var evidence:
                    if (evidence == EndpointEvidence.Overloaded)
                        _limit = _limit.OnOverload();
                    _breaker = _breaker.OnFailure(now, (outcome as AttemptOutcome.Refused)?.RetryAfter);
                    break;
            }

            return IsOpen ? [] : Empty();
        }
    }

    /// <summary>The probe came to no outcome; another may probe.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _breaker = _breaker.OnAbandoned(Now);
        }
    }

    /// <summary>Takes on a changed configuration. What it returns has no place here any more and goes back to the database.</summary>
    public IReadOnlyList<OpenDelivery> Reconfigure(Endpoint changed)
    {
        lock (_lock)
        {
            var resumed = Endpoint.Status != EndpointStatus.Active && changed.Status == EndpointStatus.Active;
            Endpoint = changed;
            Rendered = Render(changed);
            Schedule = ScheduleOf(changed, options);
            _limit = _limit.WithMax(changed.MaxInFlight);
            if (resumed)
            {
                _breaker = default;
                HasBacklog = true;
                _resumedAt = time.GetUtcNow();
            }

            _pace = new Pace(IsCatchingUp ? Math.Min(changed.RatePerSecond ?? int.MaxValue, options.CatchUpPerSecond) : changed.RatePerSecond);

            return IsOpen && !changed.OrderedPerLearner ? [] : Empty();
        }
    }

    /// <summary>Gives up all that waits in memory.</summary>
    public IReadOnlyList<OpenDelivery> Drain()
    {
        lock (_lock)
        {
            return Empty();
        }
    }

    /// <summary>
    /// Expects events that are about to be committed, and answers null. A patient publisher gets a task instead where the lane is full and at its
    /// pace will have room within the patience: it asks again once the task completes.
    /// </summary>
    public Task? Enter(int events, bool patient)
    {
        lock (_lock)
        {
            if (patient && IsAdmitting && _expected + _admitted + _queue.Count >= Capacity && IsBrisk)
                return (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            _expected += events;
            return null;
        }
    }

    /// <summary>The events that were expected are committed, or will not be.</summary>
    public void Leave(int events)
    {
        lock (_lock)
        {
            _expected -= events;
            SignalRoom();
        }
    }

    private static RenderedEndpoint Render(Endpoint endpoint) =>
        new(endpoint.InstitutionId, endpoint.Url, endpoint.MaskCpf, endpoint.Headers);

    private static RetrySchedule ScheduleOf(Endpoint endpoint, DeliveryOptions options) => endpoint.RetrySchedule is { } own
        ? new RetrySchedule([.. own.Select(d => (int)d.TotalSeconds)])
        : options.RetrySchedule is { Length: > 0 } all ? new RetrySchedule(all) : RetrySchedule.Default;

    private int CapacityWhen(bool isCrowded) => isCrowded ? _limit.Current : Capacity;

    private void EndCatchUp()
    {
        _resumedAt = null;
        _pace = new Pace(Endpoint.RatePerSecond);
    }

    private bool TryStartWorker()
    {
        if (_isPausing || _inFlight >= _limit.Current || _queue.Count == 0 || !IsAdmitting)
            return false;
        if (_breaker.State != BreakerState.Closed && _inFlight > 0)
            return false;
        _inFlight++;
        return true;
    }

    private OpenDelivery[] Empty()
    {
        var waiting = _queue.ToArray();
        _queue.Clear();
        HasBacklog |= waiting.Length > 0;
        SignalRoom();
        return waiting;
    }

    private void SignalRoom()
    {
        if (_room is null || _expected + _admitted + _queue.Count > Capacity * 3 / 4)
            return;
        _room.TrySetResult();
        _room = null;
    }
}
