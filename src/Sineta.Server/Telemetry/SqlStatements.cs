using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Sineta.Server.Telemetry;

/// <summary>
/// Counts the statements sent to PostgreSQL: commands and copies. A batch counts as one, BEGIN travels with the statement after it, and
/// COMMIT is not counted.
/// </summary>
internal sealed class SqlStatements : IDisposable
{
    public const string MeterName = "Sineta.Server";

    private readonly ActivityListener _listener;
    private long _count;

    public SqlStatements(IMeterFactory meters)
    {
        const string help = "Statements sent to PostgreSQL, copies too; a batch is one.";
        meters.Create(MeterName).CreateObservableCounter("sineta.sql.statements", () => Volatile.Read(ref _count), "{statement}", help);
        _listener = new ActivityListener { ShouldListenTo = static source => source.Name == "Npgsql", Sample = Count };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    // Npgsql's own metrics leave copies out. Its traces ask here before each statement, and the refusal spares it their making.
    private ActivitySamplingResult Count(ref ActivityCreationOptions<ActivityContext> asked)
    {
        if (!asked.Name.StartsWith("CONNECT ", StringComparison.Ordinal))
            Interlocked.Increment(ref _count);
        return ActivitySamplingResult.None;
    }
}
