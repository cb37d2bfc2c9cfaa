using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Sineta.Server.Telemetry;

/// <summary>Gathers what this server's instruments measure, from its making on, for /metrics.</summary>
internal sealed class MetricsCollector : IDisposable
{
    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly Lock _looking = new();
    private readonly IMeterFactory _meters;

    public MetricsCollector(IMeterFactory meters)
    {
        _meters = meters;
        _listener.InstrumentPublished = Listen;
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, family) => Measure(family, value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, family) => Measure(family, value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => Measure(family, value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => Measure(family, value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, family) => Measure(family, value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => Measure(family, value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, family) => Measure(family, (double)value, tags));
        _listener.Start();
    }

    /// <summary>Everything as it is now, in the text format of Prometheus.</summary>
    public string Read()
    {
        lock (_looking)
        {
            foreach (var family in _families.Values)
                family.BeginLook();
            _listener.RecordObservableInstruments();
            return PrometheusText.Write(_families.Values.OrderBy(static f => f.Name, StringComparer.Ordinal));
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Listen(Instrument instrument, MeterListener listener)
    {
        // A meter without scope is the process's; one with a scope may belong to another server in the process.
        if (!ServerTelemetry.Meters.Contains(instrument.Meter.Name) || (instrument.Meter.Scope is { } scope && scope != _meters))
            return;
        var family = MetricFamily.Of(instrument);
        listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(family.Name, family));
    }

    private static void Measure(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((MetricFamily)family!).Measure(value, tags);
}
