namespace Sineta.Bench;

/// <summary>How long and how often is measured.</summary>
internal sealed record BenchOptions
{
    /// <summary>Measures by name, in the order in which they run.</summary>
    public static IReadOnlyList<string> Measures { get; } = ["single", "batch", "fanout5", "latency", "polling", "isolation", "scale"];

    /// <summary>Interleaved pairs a measure.</summary>
    public required int Pairs { get; init; }

    /// <summary>Seconds of load in each half of a pair.</summary>
    public required double Seconds { get; init; }

    /// <summary>Seconds of load before the first pair of a measure.</summary>
    public required double WarmUp { get; init; }

    /// <summary>Events already in the log when throughput over a full log is measured.</summary>
    public required int LogEvents { get; init; }

    public required IReadOnlyList<string> Only { get; init; }

    /// <summary>Learners of the school at which pages are measured; none: only the demo school's.</summary>
    public required int Learners { get; init; }

    /// <summary>Deliveries in that school's log.</summary>
    public required int Deliveries { get; init; }

    /// <summary>Requests of each page.</summary>
    public required int Requests { get; init; }

    /// <summary>The folder that the run leaves behind; null: it leaves nothing.</summary>
    public required string? Keep { get; init; }

    public bool Wants(string measure) => Only.Contains(measure);
}
