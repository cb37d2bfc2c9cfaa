using System.Text.Json.Nodes;
using Sineta.Bench.Parts;

namespace Sineta.Bench.Measures;

/// <summary>Physical memory of the server before any load and at its most; that of its PostgreSQL beside it.</summary>
internal sealed class MemoryMeasure
{
    private const double Megabyte = 1024 * 1024;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);

    private readonly Server _server;
    private readonly double _idle;

    private MemoryMeasure(Server server) => (_server, _idle) = (server, Machine.Resident(server.ProcessId) / Megabyte);

    /// <summary>Takes what an idle server needs, and begins to watch for its most.</summary>
    public static async Task<MemoryMeasure> BeginAsync(Server server, CancellationToken cancellationToken)
    {
        await Task.Delay(Settle, TimeProvider.System, cancellationToken);
        Machine.ForgetPeak(server.ProcessId);
        return new MemoryMeasure(server);
    }

    public void Tell(Report report)
    {
        var peak = Machine.PeakResident(_server.ProcessId) / Megabyte;
        var postgres = Machine.ResidentOfFamily(_server.PostmasterId) / Megabyte;
        report.Goal("memory of the server: full load, idle", $"{peak:N0} MB, {_idle:N0} MB", "300, 120 MB", "");
        report.Detail($"memory: PostgreSQL {postgres:N0} MB after the load, shared pages counted once.");
        report.Json["memory"] = new JsonObject
        {
            ["idleMb"] = Math.Round(_idle),
            ["fullLoadMb"] = Math.Round(peak),
            ["postgresMb"] = Math.Round(postgres),
        };
    }
}
