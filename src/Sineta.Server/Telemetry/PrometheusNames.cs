using System.Globalization;
using System.Text;

namespace Sineta.Server.Telemetry;

/// <summary>Names and labels as Prometheus has them, by the rules that OpenTelemetry gives for the mapping.</summary>
internal static class PrometheusNames
{
    /// <summary>
    /// <c>sineta.attempt.duration</c> in <c>s</c> is <c>sineta_attempt_duration_seconds</c>; what is counted ends in <c>_total</c>.
    /// </summary>
    public static string Metric(string name, string? unit, bool isCounter)
    {
        var metric = Plain(name);
        var suffix = unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            null or "" or "1" => "",
            ['{', ..] => "",
            _ => "_" + Plain(unit),
        };
        if (!metric.EndsWith(suffix, StringComparison.Ordinal))
            metric += suffix;
        return isCounter && !metric.EndsWith("_total", StringComparison.Ordinal) ? metric + "_total" : metric;
    }

    /// <summary>Sorted by name; a tag without a value is none.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = tags.ToArray().Select(static t => (Name: Plain(t.Key), Value: Text(t.Value))).Where(static l => l.Value.Length > 0);
        var sorted = labels.OrderBy(static l => l.Name, StringComparer.Ordinal);
        return string.Join(',', sorted.Select(static l => $"{l.Name}=\"{Quoted(l.Value)}\""));
    }

    /// <summary>Text that stays on its line.</summary>
    public static string Escape(string text) =>
        text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);

    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    private static string Quoted(string text) => Escape(text).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Plain(string name)
    {
        var plain = new StringBuilder(name.Length + 1);
        if (char.IsAsciiDigit(name[0]))
            plain.Append('_');
        foreach (var letter in name)
            plain.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        return plain.ToString();
    }
}
