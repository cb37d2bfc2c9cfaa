using System.Globalization;
using System.Text.RegularExpressions;

namespace Sineta.Server.Tests.Telemetry;

/// <summary>
/// Reads the text format 0.0.4 of Prometheus and accepts nothing else: families in one piece, each sample once, histograms whole.
/// </summary>
internal sealed partial class Exposition
{
    private readonly Dictionary<string, double> _samples = [];
    private readonly Dictionary<string, string> _types = [];

    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>A sample as it is written, as <c>up{job="a"}</c>; 0 where there is none.</summary>
    public double this[string sample] => _samples.GetValueOrDefault(sample);

    public bool Has(string sample) => _samples.ContainsKey(sample);

    public static Exposition Parse(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var exposition = new Exposition();
        var lines = text.Split('\n')[..^1];
        for (var i = 0; i < lines.Length;)
        {
            var help = Help().Match(lines[i++]);
            Assert.True(help.Success, lines[i - 1]);
            var type = Type().Match(lines[i++]);
            Assert.True(type.Success, lines[i - 1]);
            var family = type.Groups["name"].Value;
            Assert.Equal(help.Groups["name"].Value, family);
            Assert.True(exposition._types.TryAdd(family, type.Groups["type"].Value), $"{family} comes twice.");
            var first = i;
            while (i < lines.Length && lines[i][0] != '#')
                exposition.Read(family, lines[i++]);
            Assert.True(i > first, $"{family} has no sample.");
        }

        exposition.CheckHistograms();
        return exposition;
    }

    private void Read(string family, string line)
    {
        var sample = Sample().Match(line);
        Assert.True(sample.Success, line);
        var name = sample.Groups["name"].Value;
        var suffixes = _types[family] == "histogram" ? new[] { "_bucket", "_sum", "_count" } : [""];
        Assert.Contains(suffixes, suffix => name == family + suffix);
        Assert.Equal(_types[family] == "counter", name.EndsWith("_total", StringComparison.Ordinal));
        var labels = sample.Groups["label"].Captures.Select(static c => c.Value).ToList();
        Assert.Equal(labels.Count, labels.Distinct().Count());
        Assert.True(_samples.TryAdd(line[..line.LastIndexOf(' ')], Number(sample.Groups["value"].Value)), $"{line} comes twice.");
    }

    private void CheckHistograms()
    {
        foreach (var (count, all) in _samples)
        {
            if (count.Split("_count") is not [var family, var braced] || _types.GetValueOrDefault(family) != "histogram")
                continue;
            var labels = braced.Trim('{', '}');
            var prefix = $"{family}_bucket{{{labels}{(labels.Length > 0 ? "," : "")}le=\"";
            var buckets = _samples.Where(s => s.Key.StartsWith(prefix, StringComparison.Ordinal))
                .Select(s => (Bound: Number(s.Key[prefix.Length..^2]), Count: s.Value)).ToList();
            Assert.Equal(buckets.OrderBy(static b => b.Bound), buckets);
            Assert.Equal(buckets.Select(static b => b.Count).Order(), buckets.Select(static b => b.Count));
            Assert.Equal((double.PositiveInfinity, all), buckets[^1]);
            Assert.True(Has(count.Replace("_count", "_sum", StringComparison.Ordinal)));
        }
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    [GeneratedRegex(@"^# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) ([^\\]|\\\\|\\n)+$")]
    private static partial Regex Help();

    [GeneratedRegex(@"^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram)$")]
    private static partial Regex Type();

    [GeneratedRegex(
        """
        ^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)
        (\{((?<label>[a-zA-Z_][a-zA-Z0-9_]*)="([^"\\]|\\\\|\\"|\\n)*"(,(?!\})|(?=\})))+\})?
        [ ](?<value>[+-]Inf|NaN|-?[0-9.]+(E[+-]?[0-9]+)?)$
        """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Sample();
}
