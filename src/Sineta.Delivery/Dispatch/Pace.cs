namespace Sineta.Delivery.Dispatch;

/// <summary>At most so many a second, evenly spread, with a tenth of a second's worth at once. Null is no limit.</summary>
public sealed class Pace(int? perSecond)
{
    private readonly TimeSpan _interval = perSecond is { } rate ? TimeSpan.FromSeconds(1) / rate : TimeSpan.Zero;
    private DateTimeOffset _next;

    /// <summary>Takes one, and answers null; or takes none, and answers how long until there is one.</summary>
    public TimeSpan? WaitFor(DateTimeOffset now) => Take(1, now) == 1 ? null : _next + _interval - now;

    /// <summary>Takes as many as there are, up to <paramref name="wanted"/>.</summary>
    public int Take(int wanted, DateTimeOffset now)
    {
        if (_interval == TimeSpan.Zero)
            return wanted;
        var burst = TimeSpan.FromTicks(Math.Max(_interval.Ticks, TimeSpan.TicksPerSecond / 10));
        if (_next < now - burst)
            _next = now - burst;
        var taken = (int)Math.Clamp((now - _next) / _interval, 0, wanted);
        _next += taken * _interval;
        return taken;
    }
}
