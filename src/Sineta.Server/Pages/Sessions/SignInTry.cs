namespace Sineta.Server.Pages.Sessions;

/// <summary>
/// A try to sign in. Until it is over it counts as a failure, so that many at once get no further than one after the other; then only where
/// it failed.
/// </summary>
public sealed class SignInTry(string network) : IDisposable
{
    private readonly List<(FailureCount Count, string Key)> _taken = [];

    /// <summary>From where it is made.</summary>
    public string Network => network;

    /// <summary>How long to wait, where the try must not be made; else null.</summary>
    public TimeSpan? Pause { get; private set; }

    /// <summary>It was the wrong password, or the wrong key.</summary>
    public void Fail() => _taken.Clear();

    public void Dispose()
    {
        foreach (var (count, key) in _taken)
            count.GiveBack(key);
        _taken.Clear();
    }

    /// <summary>Whether there is room left; where not, nothing that was taken before counts.</summary>
    internal bool Take(FailureCount count, string key)
    {
        Pause = count.Take(key);
        if (Pause is null)
            _taken.Add((count, key));
        else
            Dispose();
        return Pause is null;
    }
}
