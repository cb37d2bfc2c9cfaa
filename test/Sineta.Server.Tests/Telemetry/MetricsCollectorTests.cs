using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Sineta.Server.Telemetry;

namespace Sineta.Server.Tests.Telemetry;

public sealed class MetricsCollectorTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MetricsCollector _collector;
    private readonly Meter _meter;

    public MetricsCollectorTests()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        _collector = new MetricsCollector(meters);
        _meter = meters.Create(SqlStatements.MeterName);
    }

    [Theory]
    [InlineData("sineta.events", "{event}", true, "sineta_events_total")]
    [InlineData("sineta.cpu.time", "s", true, "sineta_cpu_time_seconds_total")]
    [InlineData("sineta.heap-size", "By", false, "sineta_heap_size_bytes")]
    [InlineData("sineta.wait_seconds", "s", false, "sineta_wait_seconds")]
    [InlineData("1st", null, false, "_1st")]
    public void A_name_is_mapped_as_OpenTelemetry_says(string name, string? unit, bool isCounter, string expected) =>
        Assert.Equal(expected, PrometheusNames.Metric(name, unit, isCounter));

    [Fact]
    public void A_counter_adds_up_for_each_set_of_tags_in_whatever_order_they_come()
    {
        var counter = _meter.CreateCounter<int>("calls");
        counter.Add(1, new("a.b", 1), new("c", "x"));
        counter.Add(2, new("c", "x"), new("a.b", 1));
        counter.Add(4, new KeyValuePair<string, object?>("c", "y"));
        counter.Add(8);

        var read = Read();

        Assert.Equal(3, read["calls_total{a_b=\"1\",c=\"x\"}"]);
        Assert.Equal(4, read["calls_total{c=\"y\"}"]);
        Assert.Equal(8, read["calls_total"]);
    }

    [Fact]
    public void What_a_label_may_not_hold_is_escaped()
    {
        var counter = _meter.CreateCounter<long>("calls", unit: null, "One\\two\nthree");
        counter.Add(1, new KeyValuePair<string, object?>("path", "a\"b\\c\nd"));

        Assert.Equal(1, Read()["""calls_total{path="a\"b\\c\nd"}"""]);
    }

    [Fact]
    public void A_histograms_buckets_are_cumulative_and_a_bound_is_inside_its_bucket()
    {
        var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] };
        var histogram = _meter.CreateHistogram("wait", "s", "Waiting.", advice: advice);
        foreach (var value in new[] { 0.25, 0.5, 0.75, 3 })
            histogram.Record(value, new KeyValuePair<string, object?>("to", "a"));

        var read = Read();

        Assert.Equal("histogram", read.Types["wait_seconds"]);
        Assert.Equal(2, read["wait_seconds_bucket{to=\"a\",le=\"0.5\"}"]);
        Assert.Equal(3, read["wait_seconds_bucket{to=\"a\",le=\"1\"}"]);
        Assert.Equal(4, read["wait_seconds_bucket{to=\"a\",le=\"+Inf\"}"]);
        Assert.Equal(4, read["wait_seconds_count{to=\"a\"}"]);
        Assert.Equal(4.5, read["wait_seconds_sum{to=\"a\"}"]);
    }

    [Fact]
    public void What_is_observed_is_read_at_each_look_and_forgotten_when_it_is_gone()
    {
        var waiting = new Dictionary<string, long> { ["a"] = 1, ["b"] = 2 };
        _meter.CreateObservableGauge(
            "waiting", () => waiting.Select(static w => new Measurement<long>(w.Value, new KeyValuePair<string, object?>("lane", w.Key))));
        Assert.Equal(2, Read()["waiting{lane=\"b\"}"]);

        waiting.Remove("b");
        waiting["a"] = 5;

        var read = Read();
        Assert.Equal(5, read["waiting{lane=\"a\"}"]);
        Assert.False(read.Has("waiting{lane=\"b\"}"));
    }

    [Fact]
    public void A_gauge_is_its_last_value_and_an_up_down_counter_the_sum_of_its_changes()
    {
        var gauge = _meter.CreateGauge<double>("level");
        gauge.Record(3);
        gauge.Record(0.5);
        var sum = _meter.CreateUpDownCounter<short>("open");
        sum.Add(3);
        sum.Add(-1);

        var read = Read();

        Assert.Equal((0.5, "gauge"), (read["level"], read.Types["level"]));
        Assert.Equal((2, "gauge"), (read["open"], read.Types["open"]));
    }

    public void Dispose()
    {
        _collector.Dispose();
        _services.Dispose();
    }

    private Exposition Read() => Exposition.Parse(_collector.Read());
}
