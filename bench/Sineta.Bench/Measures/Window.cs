using Sineta.Bench.Wire;

namespace Sineta.Bench.Measures;

/// <summary>What was seen from the first post of a stretch of load until its last delivery had arrived and was on record.</summary>
/// <param name="Seconds">That time, in seconds.</param>
/// <param name="Cpu">Processor microseconds a delivery, by process.</param>
/// <param name="Foreign">Share of the machine's processors that programs outside the bench used.</param>
/// <param name="Stolen">Share of them that other machines on the same host used.</param>
/// <param name="SqlStatements">A delivery.</param>
internal sealed record Window(
    double Seconds, long Deliveries, IReadOnlyDictionary<string, double> Cpu, double Foreign, double Stolen,
    double SqlStatements, Loaded? Load, Reconciled? Sink)
{
    public double PerSecond => Deliveries / Seconds;

    /// <summary>Empty where everything went as it must; otherwise what did not.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (var fault in Sink?.Faults() ?? [])
            yield return fault;
        if (Load is { Failed: > 0 })
            yield return $"{Load.Failed} posts failed, the first with: {Load.FirstFailure}";
        if (Load is { Overloaded: > 0 })
            yield return $"{Load.Overloaded} posts were refused as too many";
    }
}

/// <summary>A way of posting.</summary>
/// <param name="Rate">Events a second in an open loop; null: closed.</param>
/// <param name="OneTypeAnEndpoint">The five event types in turn, each for one of an institution's five endpoints.</param>
internal sealed record Shape(
    IReadOnlyList<Target> Targets, int Connections, int Batch, double? Rate = null, bool OneTypeAnEndpoint = false);
