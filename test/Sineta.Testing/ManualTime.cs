namespace Sineta.Testing;

/// <summary>A clock that stands still until a test moves it, and then fires what has come due, in order.</summary>
public sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan _elapsed;
    private TimeSpan _setBack;

    public ManualTime() : this(new DateTimeOffset(2025, 3, 10, 12, 0, 0, TimeSpan.Zero)) { }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => start + Elapsed - _setBack;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves on, and fires every timer that comes due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        var end = Elapsed + by;
        while (NextUntil(end) is { } timer)
            timer.Fire();
    }

    /// <summary>Sets the wall clock back, and it alone: time goes on as ever.</summary>
    public void SetBack(TimeSpan by) => _setBack += by;

    /// <summary>Waits until somebody waits for exactly this long from now.</summary>
    public async Task AwaitedAsync(TimeSpan due, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_timers.Exists(timer => timer.DueAt == _elapsed + due))
                    return;
                changed = _changed.Task;
            }
            await changed.WaitAsync(cancellationToken);
        }
    }

    private TimeSpan Elapsed
    {
        get
        {
            lock (_lock)
            {
                return _elapsed;
            }
        }
    }

    private ManualTimer? NextUntil(TimeSpan end)
    {
        lock (_lock)
        {
            var next = _timers.Where(timer => timer.DueAt <= end).MinBy(timer => timer.DueAt);
            _elapsed = next?.DueAt ?? end;
            next?.Reschedule();
            return next;
        }
    }

    private void Set(ManualTimer timer, TimeSpan? dueAt)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
            timer.DueAt = dueAt;
            if (dueAt is not null)
                _timers.Add(timer);
            _changed.SetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public TimeSpan? DueAt { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            time.Set(this, dueTime == Timeout.InfiniteTimeSpan ? null : time.Elapsed + dueTime);
            return true;
        }

        public void Fire() => callback(state);

        public void Reschedule() => time.Set(this, _period > TimeSpan.Zero ? DueAt + _period : null);

        public void Dispose() => time.Set(this, null);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
