namespace Sineta.Delivery.Dispatch;

/// <summary>At most so many a second, evenly spread, with a tenth of a second's worth at once. Null is no limit.</summary>
public sealed class Pace(int? perSecond)
{
    private readonly TimeSpan _interval = perSecond is { } rate ? TimeSpan.FromSeconds(1) / rate : TimeSpan.Zero;
    private TimeSpan _last = TimeSpan.MinValue;

    /// <summary>Takes one, and answers null; or takes none, and answers how long until there is one.</summary>
    /// <param name="now">By a clock that is never set back.</param>
    public TimeSpan? WaitFor(TimeSpan now)
    {
        if (_interval == TimeSpan.Zero)
            return null;
        var burst = TimeSpan.FromTicks(Math.Max(_interval.Ticks, TimeSpan.TicksPerSecond / 10));
        if (_last < now - burst)
            _last = now - burst;
        var next = _last + _interval;
        if (next > now)
            return next - now;
        _last = next;
        return null;
    }
}
