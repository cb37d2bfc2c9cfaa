namespace Sineta.Delivery.Dispatch;

public enum BreakerState
{
    /// <summary>Attempts go out.</summary>
    Closed,

    /// <summary>None goes out before <see cref="Breaker.OpenUntil"/>.</summary>
    Open,

    /// <summary>One attempt, the probe, is out; the others wait for what becomes of it.</summary>
    HalfOpen,
}

/// <summary>
/// Keeps a failing endpoint's deliveries from being tried one after another only to fail. Opens after <see cref="Threshold"/> consecutive
/// failures, for 5 s doubling to 5 min; then one probe decides. Immutable: each step answers the next breaker. <c>default</c> is closed. Its
/// moments are those of a clock that is never set back.
/// </summary>
public readonly record struct Breaker
{
    /// <summary>Consecutive failures that open it.</summary>
    public const int Threshold = 5;

    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    public BreakerState State { get; private init; }

    /// <summary>Consecutive failures so far while closed.</summary>
    public int Failures { get; private init; }

    /// <summary>When the probe may go out; meaningful while open.</summary>
    public TimeSpan OpenUntil { get; private init; }

    private TimeSpan Pause { get; init; }

    /// <summary>Whether an attempt may start now.</summary>
    public bool Admits(TimeSpan now) => State == BreakerState.Closed || (State == BreakerState.Open && now >= OpenUntil);

    /// <summary>The breaker once an attempt that it admits has started.</summary>
    public Breaker OnStart(TimeSpan now) =>
        State == BreakerState.Open && now >= OpenUntil ? this with { State = BreakerState.HalfOpen } : this;

    /// <summary>The breaker after an attempt that shows the endpoint alive, from whatever state: it closes.</summary>
    public Breaker OnSuccess() => State == BreakerState.Closed && Failures == 0 ? this : default;

    /// <summary>The breaker after an attempt that speaks against the endpoint.</summary>
    /// <param name="now">When its outcome came.</param>
    /// <param name="retryAfter">What the receiver asked for, which puts the probe off, to 5 min at most.</param>
    public Breaker OnFailure(TimeSpan now, TimeSpan? retryAfter = null) => State switch
    {
        BreakerState.Closed when Failures + 1 < Threshold => this with { Failures = Failures + 1 },
        BreakerState.Closed => Opened(now, FirstPause, retryAfter),
        BreakerState.HalfOpen => Opened(now, Pause * 2, retryAfter),
        // Those that were in flight when it opened tell nothing new.
        _ => this,
    };

    /// <summary>The breaker where the probe never came to an outcome (the server stops, the lease was lost): the next may probe.</summary>
    public Breaker OnAbandoned(TimeSpan now) =>
        State == BreakerState.HalfOpen ? this with { State = BreakerState.Open, OpenUntil = now } : this;

    private static Breaker Opened(TimeSpan now, TimeSpan pause, TimeSpan? retryAfter)
    {
        var grown = pause < LongestPause ? pause : LongestPause;
        var wait = retryAfter is { } asked && asked > grown ? asked < LongestPause ? asked : LongestPause : grown;
        return new() { State = BreakerState.Open, OpenUntil = now + wait, Pause = grown };
    }
}
