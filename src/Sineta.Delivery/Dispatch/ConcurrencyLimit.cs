namespace Sineta.Delivery.Dispatch;

/// <summary>
/// How many attempts may be in flight to one endpoint: 2 while it has proven nothing, one more for each success up to its maximum, half
/// for each sign of overload, never under 1. So a thousand hanging endpoints hold two attempts each, and not sixteen.
/// </summary>
public readonly record struct ConcurrencyLimit
{
    private const int Unproven = 2;

    private ConcurrencyLimit(int current, int max) => (Current, Max) = (current, max);

    public int Current { get; }

    public int Max { get; }

    /// <param name="max">The endpoint's own limit, at least 1.</param>
    public static ConcurrencyLimit Start(int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        return new(Math.Min(Unproven, max), max);
    }

    public ConcurrencyLimit OnSuccess() => Current < Max ? new(Current + 1, Max) : this;

    public ConcurrencyLimit OnOverload() => Current > 1 ? new(Current / 2, Max) : this;

    /// <summary>The same lane under another maximum, after its owner changed it.</summary>
    public ConcurrencyLimit WithMax(int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        return new(Math.Min(Current, max), max);
    }
}
