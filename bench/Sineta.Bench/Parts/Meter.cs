using System.Diagnostics;

namespace Sineta.Bench.Parts;

/// <summary>Processor time of each part, and of all that is not ours, between two moments.</summary>
internal sealed class Meter
{
    private readonly IReadOnlyDictionary<int, string> _parts;
    private readonly Dictionary<string, double> _seconds;
    private readonly Machine.ProcessorTime _machine;
    private readonly long _began = Stopwatch.GetTimestamp();

    private Meter(IReadOnlyDictionary<int, string> parts) =>
        (_parts, _seconds, _machine) = (parts, Machine.ProcessorSeconds(parts), Machine.Processors());

    /// <param name="Cpu">Processor microseconds a delivery, by part.</param>
    /// <param name="Foreign">Share of the machine's processors, as <paramref name="Stolen"/>.</param>
    public sealed record Usage(double Seconds, IReadOnlyDictionary<string, double> Cpu, double Foreign, double Stolen);

    public static Meter Start(IReadOnlyDictionary<int, string> parts) => new(parts);

    public Usage Stop(long deliveries)
    {
        var elapsed = Stopwatch.GetElapsedTime(_began).TotalSeconds;
        var machine = Machine.Processors();
        var seconds = Machine.ProcessorSeconds(_parts)
            .ToDictionary(part => part.Key, part => part.Value - _seconds.GetValueOrDefault(part.Key));
        var all = elapsed * Environment.ProcessorCount;
        return new Usage(
            elapsed,
            seconds.ToDictionary(part => part.Key, part => part.Value * 1e6 / Math.Max(1, deliveries)),
            Math.Max(0, machine.Used - _machine.Used - seconds.Values.Sum()) / all,
            (machine.Stolen - _machine.Stolen) / all);
    }
}
