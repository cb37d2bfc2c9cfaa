namespace Sineta.Delivery.Storage;

/// <summary>Keeps what goes on being wrong to a line a minute in the log: whoever tries again several times a second tells of it as seldom.</summary>
public sealed class OnceAMinute(TimeProvider time)
{
    private const long Never = long.MinValue;
    private long _told = Never;

    /// <summary>Whether it is to be told now.</summary>
    public bool IsDue()
    {
        var told = Volatile.Read(ref _told);
        return (told == Never || time.GetElapsedTime(told) >= TimeSpan.FromMinutes(1))
            && Interlocked.CompareExchange(ref _told, time.GetTimestamp(), told) == told;
    }

    /// <summary>It is right again: what goes wrong next is told at once.</summary>
    public void Over() => Volatile.Write(ref _told, Never);
}
