using System.Collections.Concurrent;
using Sineta.Events;

namespace Sineta.Server.Pages.Inbox;

/// <summary>What arrived of late, in memory: the last hundred of each institution.</summary>
internal sealed class InboxArrivals
{
    private const int Kept = 100;

    private readonly ConcurrentDictionary<long, ConcurrentQueue<Arrival>> _all = new();

    /// <summary>The newest first.</summary>
    public IReadOnlyList<Arrival> Of(long institution) => _all.TryGetValue(institution, out var arrived) ? [.. arrived.Reverse()] : [];

    public void Add(long institution, Arrival arrival)
    {
        var arrived = _all.GetOrAdd(institution, static _ => new ConcurrentQueue<Arrival>());
        arrived.Enqueue(arrival);
        while (arrived.Count > Kept)
            arrived.TryDequeue(out _);
    }
}

/// <summary>A request to the inbox, and what its verification found.</summary>
/// <param name="Slug">Which event the signed bytes say it is; null where they say none.</param>
/// <param name="Headers">Those that say something.</param>
/// <param name="Faults">What of its contract the event breaks.</param>
public sealed record Arrival(
    DateTimeOffset At, string? Slug, VerificationResult Verification, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body,
    IReadOnlyList<Fault> Faults)
{
    public bool IsProven => Verification is VerificationResult.Verified;

    public string? Header(string name) => Headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
