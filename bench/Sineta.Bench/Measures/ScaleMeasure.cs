using System.Text.Json.Nodes;
using Sineta.Bench.Parts;

namespace Sineta.Bench.Measures;

/// <summary>Throughput with a long log, many endpoints or many institutions, over that of a fresh server with one endpoint.</summary>
internal static class ScaleMeasure
{
    private const int Connections = 256, MaxInFlight = 64;

    private sealed record Side(Server Server, Shape Shape);

    public static async Task RunAsync(Rig rig, Report report, CancellationToken cancellationToken)
    {
        var fresh = await rig.StartServerAsync("fresh", cancellationToken);
        var only = await rig.AddInstitutionAsync(fresh, endpoints: 1, MaxInFlight, cancellationToken);
        var small = new Shape([only], Connections, Batch: 1);
        var json = new JsonObject();
        report.Json["scale"] = json;

        await CompareAsync("log", $"{rig.Options.LogEvents:N0} events in the log", async server =>
        {
            var owner = await rig.AddInstitutionAsync(server, endpoints: 1, MaxInFlight, cancellationToken);
            await LogFiller.FillAsync(server, rig.Options.LogEvents, cancellationToken);
            return new Shape([owner], Connections, Batch: 1);
        });
        await CompareAsync("endpoints", "10,000 endpoints", async server =>
        {
            var owners = await rig.AddTypedInstitutionsAsync(server, 2_000, cancellationToken);
            return new Shape(owners, Connections, Batch: 1, OneTypeAnEndpoint: true);
        });
        await CompareAsync("institutions", "1,000 institutions", async server =>
            new Shape(await rig.AddInstitutionsAsync(server, 1_000, cancellationToken), Connections, Batch: 1));
        await rig.StopServerAsync(fresh);

        async Task CompareAsync(string name, string what, Func<Server, Task<Shape>> fill)
        {
            Report.Progress($"scale: {what}; filling");
            var full = await rig.StartServerAsync(name, cancellationToken);
            var large = await fill(full);
            var ratio = await PairsAsync(rig, report, what, new Side(fresh, small), new Side(full, large), cancellationToken);
            report.Goal($"throughput with {what}, over the empty database's", ratio.Show("F2"), "0.85", "1");
            json[name] = ratio.Rounded(2);
            json[$"{name}Range"] = ratio.Range(2);
            await rig.StopServerAsync(full);
        }
    }

    private static async Task<Spread> PairsAsync(
        Rig rig, Report report, string what, Side small, Side large, CancellationToken cancellationToken)
    {
        await rig.LoadAsync(small.Server, small.Shape, rig.Options.WarmUp, cancellationToken);
        // The other server is older and has run for longer.
        await rig.LoadAsync(large.Server, large.Shape, rig.Options.WarmUp * 2, cancellationToken);
        var ratios = new List<double>();
        while (ratios.Count < rig.Options.Pairs)
        {
            var empty = await rig.LoadAsync(small.Server, small.Shape, rig.Options.Seconds, cancellationToken);
            var full = await rig.LoadAsync(large.Server, large.Shape, rig.Options.Seconds, cancellationToken);
            ratios.Add(full.PerSecond / empty.PerSecond);
            Report.Progress(
                $"  fresh {empty.PerSecond:N0}/s, with {what} {full.PerSecond:N0}/s, ratio {ratios[^1]:F2}; foreign CPU {full.Foreign:P0}");
            foreach (var fault in empty.Faults().Concat(full.Faults()))
                report.Fault($"scale, {what}: {fault}");
        }

        return Spread.Of(ratios);
    }
}
