using System.Net;
using Sineta.Delivery.Endpoints;

namespace Sineta.Delivery.Dispatch;

/// <summary>
/// When a delivery is tried again: after attempt n comes the n-th delay, and after the attempt that follows the last delay nothing.
/// </summary>
public sealed class RetrySchedule
{
    private readonly TimeSpan[] _delays;

    /// <param name="seconds">The delays in seconds, without a <see cref="FaultOf">fault</see>; none means that nothing is retried.</param>
    public RetrySchedule(ReadOnlySpan<int> seconds)
    {
        if (FaultOf(seconds) is { } fault)
            throw new ArgumentException(fault, nameof(seconds));
        _delays = new TimeSpan[seconds.Length];
        for (var i = 0; i < seconds.Length; i++)
            _delays[i] = TimeSpan.FromSeconds(seconds[i]);
    }

    /// <summary>5 s, 1 min, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h: a weekend's outage is survived.</summary>
    public static RetrySchedule Default { get; } = new([5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);

    /// <summary>What makes the delays unusable, as a sentence; null where they are fine: at most 30, each of 1 s to 7 days.</summary>
    public static string? FaultOf(ReadOnlySpan<int> seconds) => RetryDelays.FaultOf(seconds);

    /// <param name="outcome">What became of the attempt.</param>
    /// <param name="attempt">Its number within the schedule, from 1 (a resend starts again at 1).</param>
    /// <param name="jitter">A random number in [0, 1), which spreads the delay by ±20 %.</param>
    public NextStep After(AttemptOutcome outcome, int attempt, double jitter) => outcome switch
    {
        AttemptOutcome.Delivered => new NextStep.Done(),
        AttemptOutcome.Refused { Status: HttpStatusCode.Gone } => new NextStep.DisableEndpoint("The receiver answered 410 Gone."),
        _ when attempt > _delays.Length => new NextStep.GiveUp(),
        AttemptOutcome.Refused { RetryAfter: { } asked } => new NextStep.Retry(Asked(asked, _delays[attempt - 1], jitter)),
        _ => new NextStep.Retry(Spread(_delays[attempt - 1], jitter)),
    };

    // What the receiver asks for only puts off: one that answers "Retry-After: 1" would else use up a schedule of days in seconds.
    private static TimeSpan Asked(TimeSpan asked, TimeSpan planned, double jitter) =>
        asked > planned * 2 ? planned * 2 : asked > Spread(planned, jitter) ? asked : Spread(planned, jitter);

    private static TimeSpan Spread(TimeSpan planned, double jitter) => planned * (0.8 + 0.4 * jitter);
}
