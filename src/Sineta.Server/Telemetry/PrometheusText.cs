using System.Text;

namespace Sineta.Server.Telemetry;

/// <summary>The text format 0.0.4 of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/).</summary>
internal static class PrometheusText
{
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder();
        foreach (var family in families.Where(static f => f.Series.Count > 0))
        {
            text.Append("# HELP ").Append(family.Name).Append(' ').Append(PrometheusNames.Escape(family.Help)).Append('\n');
            text.Append("# TYPE ").Append(family.Name).Append(' ').Append(TypeOf(family.Kind)).Append('\n');
            foreach (var series in family.Series)
            {
                if (family.Kind == MetricKind.Histogram)
                    WriteHistogram(text, family, series);
                else
                    WriteSample(text, family.Name, series.Labels, PrometheusNames.Number(series.Read().Value));
            }
        }

        return text.ToString();
    }

    private static string TypeOf(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Histogram => "histogram",
        _ => "gauge",
    };

    private static void WriteHistogram(StringBuilder text, MetricFamily family, MetricSeries series)
    {
        var (sum, buckets) = series.Read();
        var before = series.Labels.Length > 0 ? series.Labels + "," : "";
        var count = 0L;
        for (var i = 0; i < buckets.Length; i++)
        {
            count += buckets[i];
            var bound = i < family.Bounds.Count ? family.Bounds[i] : double.PositiveInfinity;
            WriteSample(text, family.Name + "_bucket", $"{before}le=\"{PrometheusNames.Number(bound)}\"", PrometheusNames.Number(count));
        }

        WriteSample(text, family.Name + "_sum", series.Labels, PrometheusNames.Number(sum));
        WriteSample(text, family.Name + "_count", series.Labels, PrometheusNames.Number(count));
    }

    private static void WriteSample(StringBuilder text, string name, string labels, string value)
    {
        text.Append(name);
        if (labels.Length > 0)
            text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(value).Append('\n');
    }
}
