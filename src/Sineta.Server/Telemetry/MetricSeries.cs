namespace Sineta.Server.Telemetry;

/// <summary>What was measured under one set of tags.</summary>
/// <param name="tags">As they were first given.</param>
/// <param name="labels">The same as Prometheus writes them, sorted: <c>a="1",b="2"</c>.</param>
/// <param name="bounds">The upper bounds of a histogram's buckets, ascending; empty for everything else.</param>
internal sealed class MetricSeries(KeyValuePair<string, object?>[] tags, string labels, IReadOnlyList<double> bounds)
{
    private readonly Lock _lock = new();
    private readonly double[] _bounds = [.. bounds];
    private readonly long[] _buckets = new long[bounds.Count + 1];
    private double _value;

    public string Labels => labels;

    public bool Has(ReadOnlySpan<KeyValuePair<string, object?>> others)
    {
        if (others.Length != tags.Length)
            return false;
        for (var i = 0; i < tags.Length; i++)
        {
            if (tags[i].Key != others[i].Key || !Equals(tags[i].Value, others[i].Value))
                return false;
        }

        return true;
    }

    public void Set(double value) => Volatile.Write(ref _value, value);

    public void Add(double value)
    {
        lock (_lock)
        {
            _value += value;
        }
    }

    public void Record(double value)
    {
        // A bound belongs to the bucket below it, as "le" says.
        var at = Array.BinarySearch(_bounds, value);
        lock (_lock)
        {
            _buckets[at < 0 ? ~at : at]++;
            _value += value;
        }
    }

    /// <summary>The value, a histogram's sum; and how many measurements each of its buckets has, the last being without bound.</summary>
    public (double Value, long[] Buckets) Read()
    {
        lock (_lock)
        {
            return (_value, [.. _buckets]);
        }
    }
}
