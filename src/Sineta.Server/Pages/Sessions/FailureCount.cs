namespace Sineta.Server.Pages.Sessions;

/// <summary>Counts failures by key. A key's minute begins with its first, and only keys that failed within it are held.</summary>
internal sealed class FailureCount(int most, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long Since, int Failures)> _counts = [];
    private long _swept = time.GetTimestamp();

    /// <summary>Counts one more; where there are enough already, answers how long to wait instead.</summary>
    public TimeSpan? Take(string key)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            Sweep(now);
            var (since, failures) = _counts.TryGetValue(key, out var known) && !IsOver(known.Since, now) ? known : (now, 0);
            if (failures >= most)
                return Window - time.GetElapsedTime(since, now);
            _counts[key] = (since, failures + 1);
            return null;
        }
    }

    /// <summary>It was no failure after all.</summary>
    public void GiveBack(string key)
    {
        lock (_lock)
        {
            if (!_counts.TryGetValue(key, out var known))
                return;
            if (known.Failures > 1)
                _counts[key] = known with { Failures = known.Failures - 1 };
            else
                _counts.Remove(key);
        }
    }

    private void Sweep(long now)
    {
        if (!IsOver(_swept, now))
            return;
        _swept = now;
        foreach (var (key, (since, _)) in _counts)
        {
            if (IsOver(since, now))
                _counts.Remove(key);
        }
    }

    private bool IsOver(long since, long now) => time.GetElapsedTime(since, now) >= Window;
}
