using System.Text.Json.Nodes;
using Sineta.Bench.Parts;

namespace Sineta.Bench.Measures;

/// <summary>Deliveries a second in a closed loop, over the raw limit measured right before.</summary>
internal static class ThroughputMeasure
{
    public static IReadOnlyList<string> Names { get; } = ["single", "batch", "fanout5"];

    /// <summary>The median of deliveries a second.</summary>
    public static async Task<double> RunAsync(
        Rig rig, Server server, Report report, string name, Shape shape, (string Must, string Aim) goal,
        CancellationToken cancellationToken)
    {
        var options = rig.Options;
        Report.Progress($"{name}: {options.WarmUp} s of warm-up, then {options.Pairs} pairs of {options.Seconds} s");
        await rig.LoadAsync(server, shape, options.WarmUp, cancellationToken);
        await rig.RawAsync(Math.Min(5, options.WarmUp), cancellationToken);

        var pairs = new List<(Window Raw, Window Server)>();
        while (pairs.Count < options.Pairs)
        {
            var raw = await rig.RawAsync(options.Seconds, cancellationToken);
            var window = await rig.LoadAsync(server, shape, options.Seconds, cancellationToken);
            pairs.Add((raw, window));
            Report.Progress(
                $"  raw {raw.PerSecond:N0}/s, server {window.PerSecond:N0}/s, ratio {window.PerSecond / raw.PerSecond:F3}; " +
                Conditions(window));
            foreach (var fault in window.Faults())
                report.Fault($"{name}: {fault}");
        }

        return Tell(report, name, goal, pairs);
    }

    private static double Tell(Report report, string name, (string Must, string Aim) goal, List<(Window Raw, Window Server)> pairs)
    {
        var perSecond = Spread.Of(pairs.Select(pair => pair.Server.PerSecond));
        var raw = Spread.Of(pairs.Select(pair => pair.Raw.PerSecond));
        var ratio = Spread.Of(pairs.Select(pair => pair.Server.PerSecond / pair.Raw.PerSecond));
        var statements = Spread.Of(pairs.Select(pair => pair.Server.SqlStatements));
        var cpu = CpuByPart(pairs.Select(pair => pair.Server));
        var rawCpu = CpuByPart(pairs.Select(pair => pair.Raw));

        report.Goal($"{name}, over the raw limit", ratio.Show("F3"), goal.Must, goal.Aim);
        report.Goal($"{name}: SQL statements a delivery", statements.Show("F4"), "0.1", "0.02");
        report.Detail($"{name}: {perSecond.Show("N0")} deliveries/s; raw limit {raw.Show("N0")}/s.");
        report.Detail($"  CPU µs a delivery: {Show(cpu)}. Raw: {Show(rawCpu)}. {Worst(pairs)}");
        report.Json[name] = new JsonObject
        {
            ["perSecond"] = perSecond.Rounded(0),
            ["perSecondRange"] = perSecond.Range(0),
            ["ratio"] = ratio.Rounded(3),
            ["ratioRange"] = ratio.Range(3),
            ["rawPerSecond"] = raw.Rounded(0),
            ["sqlPerDelivery"] = statements.Rounded(4),
            ["cpuMicrosPerDelivery"] = AsJson(cpu),
            ["rawCpuMicrosPerDelivery"] = AsJson(rawCpu),
            ["missing"] = pairs.Sum(pair => pair.Server.Sink!.Missing),
            ["duplicates"] = pairs.Sum(pair => pair.Server.Sink!.Duplicates),
            ["foreignCpu"] = Math.Round(pairs.Max(pair => Math.Max(pair.Server.Foreign, pair.Raw.Foreign)), 3),
        };
        return perSecond.Median;
    }

    private static string Conditions(Window window) =>
        $"{window.SqlStatements:F4} SQL a delivery, foreign CPU {window.Foreign:P0}, CPU µs a delivery: {Show(window.Cpu)}";

    private static string Worst(List<(Window Raw, Window Server)> pairs) =>
        $"Foreign CPU at most {pairs.Max(pair => Math.Max(pair.Server.Foreign, pair.Raw.Foreign)):P0}, " +
        $"stolen at most {pairs.Max(pair => Math.Max(pair.Server.Stolen, pair.Raw.Stolen)):P0}.";

    private static Dictionary<string, double> CpuByPart(IEnumerable<Window> windows) =>
        windows.SelectMany(window => window.Cpu)
            .GroupBy(part => part.Key, part => part.Value)
            .ToDictionary(part => part.Key, part => Spread.Of(part).Median);

    private static string Show(IReadOnlyDictionary<string, double> cpu) =>
        string.Join(", ", from part in cpu where part.Value >= 0.05 orderby part.Value descending select $"{part.Key} {part.Value:F1}");

    private static JsonObject AsJson(Dictionary<string, double> cpu) =>
        new(cpu.Select(part => KeyValuePair.Create<string, JsonNode?>(part.Key, Math.Round(part.Value, 2))));
}
