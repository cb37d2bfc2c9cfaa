namespace Sineta.Delivery.Dispatch;

/// <summary>How many there were within this second and the one before. Immutable; <c>default</c> has counted nothing.</summary>
public readonly record struct Tally
{
    private long Second { get; init; }

    private int Before { get; init; }

    private int Now { get; init; }

    public Tally Add(TimeSpan now)
    {
        var current = At(now);
        return current with { Now = current.Now + 1 };
    }

    /// <summary>The better of the two seconds, so that a second that has just begun does not look idle.</summary>
    public int PerSecond(TimeSpan now)
    {
        var current = At(now);
        return Math.Max(current.Before, current.Now);
    }

    private Tally At(TimeSpan now)
    {
        var second = (long)now.TotalSeconds;
        return (second - Second) switch
        {
            0 => this,
            1 => new Tally { Second = second, Before = Now },
            _ => new Tally { Second = second },
        };
    }
}
