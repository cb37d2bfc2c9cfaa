using System.Text.Json.Nodes;
using Sineta.Bench.Parts;
using Sineta.Bench.Wire;

namespace Sineta.Bench.Measures;

/// <summary>From the intended moment of a POST to the event's arrival at the sink, in an open loop at a given rate.</summary>
internal static class LatencyMeasure
{
    private const int Connections = 64;

    public static async Task RunAsync(
        Rig rig, Server server, Report report, IReadOnlyList<Target> targets, double maximum, CancellationToken cancellationToken)
    {
        var calm = await AtAsync(rig, server, report, "500/s", new Shape(targets, Connections, Batch: 1, Rate: 500), cancellationToken);
        report.Goal("intake → arrival at 500/s: p50", $"{calm.P50.Show("F2")} ms", "1 ms", "0.5 ms");
        report.Goal("intake → arrival at 500/s: p99", $"{calm.P99.Show("F2")} ms", "10 ms", "3 ms");

        var rate = Math.Floor(maximum * 0.7);
        var busy = await AtAsync(rig, server, report, "70 %", new Shape(targets, 256, Batch: 1, rate), cancellationToken);
        report.Goal($"intake → arrival at 70 % of the maximum ({rate:N0}/s): p50", $"{busy.P50.Show("F2")} ms", "10 ms", "2 ms");
        report.Goal($"intake → arrival at 70 % of the maximum ({rate:N0}/s): p99", $"{busy.P99.Show("F2")} ms", "100 ms", "15 ms");

        report.Json["latency"] = new JsonObject
        {
            ["p50Ms"] = calm.P50.Rounded(2),
            ["p99Ms"] = calm.P99.Rounded(2),
            ["p99MsRange"] = calm.P99.Range(2),
            ["busyPerSecond"] = rate,
            ["busyP50Ms"] = busy.P50.Rounded(2),
            ["busyP99Ms"] = busy.P99.Rounded(2),
            ["busyP99MsRange"] = busy.P99.Range(2),
        };
    }

    private static async Task<(Spread P50, Spread P99)> AtAsync(
        Rig rig, Server server, Report report, string name, Shape shape, CancellationToken cancellationToken)
    {
        Report.Progress($"latency at {name}: {rig.Options.WarmUp} s of warm-up, then {rig.Options.Pairs} × {rig.Options.Seconds} s");
        await rig.LoadAsync(server, shape, rig.Options.WarmUp, cancellationToken);
        var windows = new List<Window>();
        while (windows.Count < rig.Options.Pairs)
        {
            var window = await rig.LoadAsync(server, shape, rig.Options.Seconds, cancellationToken);
            windows.Add(window);
            var sink = window.Sink!;
            Report.Progress(
                $"  ms: p50 {sink.P50Ms:F2}, p99 {sink.P99Ms:F2}, p99.9 {sink.P999Ms:F2}, most {sink.MaxMs:F1}; " +
                $"foreign CPU {window.Foreign:P0}");
            foreach (var fault in window.Faults())
                report.Fault($"latency at {name}: {fault}");
        }

        return (Spread.Of(windows.Select(window => window.Sink!.P50Ms)), Spread.Of(windows.Select(window => window.Sink!.P99Ms)));
    }
}
