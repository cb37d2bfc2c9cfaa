using Sineta.Bench.Measures;
using Sineta.Bench.Parts;

namespace Sineta.Bench;

/// <summary>Throughput, latency and fairness of delivery: one measure after another.</summary>
internal static class DeliveryBench
{
    // A receiver that is one of few may be kept as busy as the raw limit keeps it.
    private const int MaxInFlight = 64;

    public static async Task MeasureAsync(Rig rig, Report report, CancellationToken cancellationToken)
    {
        var options = rig.Options;
        if (ThroughputMeasure.Names.Any(options.Wants))
            await rig.TuneRawAsync(cancellationToken);
        if (BenchOptions.Measures.Any(measure => measure != "scale" && options.Wants(measure)))
        {
            var server = await rig.StartServerAsync("main", cancellationToken);
            await MeasureOneServerAsync(rig, server, report, cancellationToken);
            await rig.StopServerAsync(server);
        }

        if (options.Wants("scale"))
            await ScaleMeasure.RunAsync(rig, report, cancellationToken);
    }

    private static async Task MeasureOneServerAsync(Rig rig, Server server, Report report, CancellationToken cancellationToken)
    {
        var options = rig.Options;
        var memory = await MemoryMeasure.BeginAsync(server, cancellationToken);
        var one = await rig.AddInstitutionAsync(server, endpoints: 1, MaxInFlight, cancellationToken);
        var five = await rig.AddInstitutionAsync(server, endpoints: 5, MaxInFlight, cancellationToken);
        var single = new Shape([one], Connections: 256, Batch: 1);
        var batch = new Shape([one], Connections: 32, Batch: 100);
        var fanout = new Shape([five], Connections: 16, Batch: 100);

        double? maximum = null;
        if (options.Wants("single"))
            maximum = await ThroughputMeasure.RunAsync(rig, server, report, "single", single, ("0.28", "0.45"), cancellationToken);
        if (options.Wants("batch"))
            await ThroughputMeasure.RunAsync(rig, server, report, "batch", batch, ("0.50", "0.70"), cancellationToken);
        if (options.Wants("fanout5"))
            await ThroughputMeasure.RunAsync(rig, server, report, "fanout5", fanout, ("0.65", "0.85"), cancellationToken);
        memory.Tell(report);

        if (options.Wants("latency"))
        {
            maximum ??= (await rig.LoadAsync(server, single, options.WarmUp, cancellationToken)).PerSecond;
            await LatencyMeasure.RunAsync(rig, server, report, [one], maximum.Value, cancellationToken);
        }

        if (options.Wants("polling"))
            await PollingMeasure.RunAsync(rig, server, report, [one], cancellationToken);
        if (options.Wants("isolation"))
            await IsolationMeasure.RunAsync(rig, server, report, cancellationToken);
    }
}
