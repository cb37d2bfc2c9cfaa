using System.Diagnostics.Metrics;

namespace Sineta.Server.Telemetry;

/// <summary>An instrument under its Prometheus name, with a series for each set of tags that it was measured with.</summary>
internal sealed class MetricFamily
{
    /// <summary>In seconds, for histograms that advise none.</summary>
    private static readonly double[] DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Lock _adding = new();
    private readonly bool _isObservable;
    private MetricSeries[] _series = [];

    private MetricFamily(Instrument instrument, MetricKind kind, IReadOnlyList<double> bounds)
    {
        Name = PrometheusNames.Metric(instrument.Name, instrument.Unit, kind == MetricKind.Counter);
        Help = instrument.Description ?? instrument.Name;
        Kind = kind;
        _isObservable = instrument.IsObservable;
        Bounds = bounds;
    }

    public string Name { get; }

    public string Help { get; }

    public MetricKind Kind { get; }

    /// <summary>The bounds of a histogram's buckets, without the last, which has none.</summary>
    public IReadOnlyList<double> Bounds { get; }

    public IReadOnlyList<MetricSeries> Series => Volatile.Read(ref _series);

    public static MetricFamily Of(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        if (type == typeof(Histogram<>))
        {
            var advice = (instrument as Histogram<double>)?.Advice;
            return new MetricFamily(instrument, MetricKind.Histogram, advice?.HistogramBucketBoundaries ?? DefaultBounds);
        }

        var kind = type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter
            : type == typeof(UpDownCounter<>) ? MetricKind.Sum
            : MetricKind.Gauge;
        return new MetricFamily(instrument, kind, bounds: []);
    }

    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = SeriesOf(tags);
        if (Kind == MetricKind.Histogram)
            series.Record(value);
        else if (_isObservable || Kind == MetricKind.Gauge)
            series.Set(value);
        else
            series.Add(value);
    }

    /// <summary>Forgets what an observable instrument said at the last look: what it does not say again is gone.</summary>
    public void BeginLook()
    {
        if (_isObservable)
            Volatile.Write(ref _series, []);
    }

    // Tag sets are few, and each is written in the same order wherever it is measured: a walk over them costs less than a hash of the tags.
    private MetricSeries SeriesOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var series in Volatile.Read(ref _series))
        {
            if (series.Has(tags))
                return series;
        }

        var labels = PrometheusNames.Labels(tags);
        lock (_adding)
        {
            if (Array.Find(_series, s => s.Labels == labels) is { } same)
                return same;
            var added = new MetricSeries(tags.ToArray(), labels, Bounds);
            Volatile.Write(ref _series, [.. _series, added]);
            return added;
        }
    }
}

/// <summary>How measurements become values.</summary>
internal enum MetricKind
{
    /// <summary>Only grows.</summary>
    Counter,

    /// <summary>The last value counts.</summary>
    Gauge,

    /// <summary>A gauge that is told its changes.</summary>
    Sum,

    Histogram,
}
