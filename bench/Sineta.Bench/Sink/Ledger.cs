using System.Diagnostics;
using System.Runtime.InteropServices;
using Sineta.Bench.Wire;

namespace Sineta.Bench.Sink;

/// <summary>Every pair of event and endpoint that arrived, and when it first did: an exact set, by open addressing.</summary>
internal sealed class Ledger
{
    private const int SmallestCapacity = 1 << 21;

    private Entry[] _entries = new Entry[SmallestCapacity];

    private struct Entry
    {
        public UInt128 Event;
        public long ArrivedAt;
        public int Endpoint;
        public int Times;
    }

    public long Distinct { get; private set; }
    public long Duplicates { get; private set; }

    public void Clear()
    {
        Array.Clear(_entries);
        (Distinct, Duplicates) = (0, 0);
    }

    public void Add(UInt128 key, int endpoint)
    {
        ref var entry = ref Find(_entries, key, endpoint);
        if (entry.Times++ > 0)
        {
            Duplicates++;
            return;
        }

        (entry.Event, entry.Endpoint, entry.ArrivedAt) = (key, endpoint, Stopwatch.GetTimestamp());
        if (++Distinct > _entries.Length * 6L / 10)
            Grow();
    }

    public Reconciled Reconcile(SinkCommand.Reconcile command)
    {
        var (missing, duplicates, expected) = (0L, 0L, 0L);
        var latencies = new List<long>();
        foreach (var accepted in MemoryMarshal.Cast<byte, Accepted>(File.ReadAllBytes(command.File)))
        {
            for (var endpoint = accepted.FirstEndpoint; endpoint < accepted.FirstEndpoint + accepted.Endpoints; endpoint++)
            {
                if (endpoint < command.FromEndpoint || endpoint >= command.ToEndpoint)
                    continue;
                expected++;
                ref var entry = ref Find(_entries, accepted.Event, endpoint);
                if (entry.Times == 0)
                    missing++;
                else
                    latencies.Add(entry.ArrivedAt - accepted.IntendedAt);
                duplicates += Math.Max(0, entry.Times - 1);
            }
        }

        latencies.Sort();
        return new Reconciled(expected, missing, duplicates, DistinctWithin(command) - latencies.Count,
            Percentile(latencies, 0.5), Percentile(latencies, 0.99), Percentile(latencies, 0.999), Percentile(latencies, 1));
    }

    private long DistinctWithin(SinkCommand.Reconcile range) =>
        _entries.LongCount(entry => entry.Times > 0 && entry.Endpoint >= range.FromEndpoint && entry.Endpoint < range.ToEndpoint);

    private void Grow()
    {
        var larger = new Entry[_entries.Length * 2];
        foreach (ref readonly var entry in _entries.AsSpan())
        {
            if (entry.Times > 0)
                Find(larger, entry.Event, entry.Endpoint) = entry;
        }

        _entries = larger;
    }

    private static ref Entry Find(Entry[] entries, UInt128 key, int endpoint)
    {
        var hash = ((ulong)key ^ (ulong)(key >> 64) ^ (ulong)endpoint) * 0x9E3779B97F4A7C15;
        for (var slot = (int)(hash >> 32) & (entries.Length - 1); ; slot = (slot + 1) & (entries.Length - 1))
        {
            ref var entry = ref entries[slot];
            if (entry.Times == 0 || (entry.Event == key && entry.Endpoint == endpoint))
                return ref entry;
        }
    }

    private static double Percentile(List<long> sorted, double share) => sorted.Count == 0
        ? double.NaN
        : Stopwatch.GetElapsedTime(0, sorted[(int)Math.Ceiling(share * sorted.Count) - 1]).TotalMilliseconds;
}
