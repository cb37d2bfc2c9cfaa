using System.Text.Json.Nodes;
using Sineta.Bench.Parts;
using Sineta.Bench.Wire;

namespace Sineta.Bench.Measures;

/// <summary>How much longer healthy endpoints wait when a tenth of a thousand hang: their p99, over the same without hangers.</summary>
internal static class IsolationMeasure
{
    private const int Endpoints = 1_000, Hanging = 100, Connections = 256;
    private const double Rate = 2_000, HangSeconds = 15, ShortestWindow = 20;

    public static async Task RunAsync(Rig rig, Server server, Report report, CancellationToken cancellationToken)
    {
        var seconds = Math.Max(ShortestWindow, rig.Options.Seconds);
        Report.Progress($"isolation: {Hanging} of {Endpoints} endpoints hang, {Rate}/s, {rig.Options.Pairs} pairs of {seconds} s");
        var hangers = await rig.AddInstitutionsAsync(server, Hanging, cancellationToken);
        var healthy = await rig.AddInstitutionsAsync(server, Endpoints - Hanging, cancellationToken);
        var quiet = await MeasureAsync(rig, server, [.. hangers, .. healthy], healthy, rig.Options.WarmUp, cancellationToken);

        var pairs = new List<(Reconciled Without, Reconciled With)>();
        while (pairs.Count < rig.Options.Pairs)
        {
            quiet = await MeasureAsync(rig, server, [.. hangers, .. healthy], healthy, seconds, cancellationToken);
            await rig.HangAsync(hangers, HangSeconds, cancellationToken);
            var disturbed = await MeasureAsync(rig, server, [.. hangers, .. healthy], healthy, seconds, cancellationToken);
            await rig.HangAsync([], 0, cancellationToken);
            pairs.Add((quiet, disturbed));
            Report.Progress($"  healthy p99 without hangers {quiet.P99Ms:F2} ms, with {disturbed.P99Ms:F2} ms");
            foreach (var fault in quiet.Faults().Concat(disturbed.Faults()))
                report.Fault($"isolation, healthy endpoints: {fault}");

            // What the hung ones still owe is put aside, and others take their place, so that every pair begins alike.
            await PauseAsync(server, hangers, cancellationToken);
            hangers = await rig.AddInstitutionsAsync(server, Hanging, cancellationToken);
        }

        Tell(report, pairs);
    }

    private static async Task<Reconciled> MeasureAsync(
        Rig rig, Server server, Target[] targets, Target[] healthy, double seconds, CancellationToken cancellationToken)
    {
        var (from, to) = (healthy.Min(target => target.FirstEndpoint), healthy.Max(target => target.FirstEndpoint) + 1);
        var shape = new Shape(targets, Connections, Batch: 1, Rate);
        var (_, sink) = await rig.LoadPartAsync(server, shape, seconds, from, to, cancellationToken);
        return sink;
    }

    private static Task PauseAsync(Server server, Target[] targets, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(targets, cancellationToken,
            async (target, token) => await server.Api.PauseEndpointsAsync(target.ApiKey, token));

    private static void Tell(Report report, List<(Reconciled Without, Reconciled With)> pairs)
    {
        var ratio = Spread.Of(pairs.Select(pair => pair.With.P99Ms / pair.Without.P99Ms));
        var without = Spread.Of(pairs.Select(pair => pair.Without.P99Ms));
        var with = Spread.Of(pairs.Select(pair => pair.With.P99Ms));
        report.Goal("healthy p99 with 100 of 1,000 hanging, over without", $"{ratio.Show("F2")} ×", "2 ×", "1.2 ×");
        report.Detail($"isolation: healthy p99 {without.Show("F2")} ms without hangers, {with.Show("F2")} ms with.");
        report.Json["isolation"] = new JsonObject
        {
            ["ratio"] = ratio.Rounded(2),
            ["ratioRange"] = ratio.Range(2),
            ["p99Ms"] = with.Rounded(2),
            ["p99MsWithout"] = without.Rounded(2),
        };
    }
}
