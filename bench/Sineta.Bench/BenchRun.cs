using System.Text.Json.Nodes;
using Sineta.Bench.Parts;

namespace Sineta.Bench;

/// <summary>A run: start everything, measure, stop everything, tell what was found.</summary>
internal static class BenchRun
{
    /// <summary>0: measured, and nothing was lost; 1 otherwise.</summary>
    public static async Task<int> RunAsync(
        BenchOptions options, bool json, Func<Rig, Report, CancellationToken, Task> measure, CancellationToken cancellationToken)
    {
        var report = new Report();
        try
        {
            Report.Progress("building the server");
            var program = await ServerBuild.RunAsync(cancellationToken);
            using var folder = new RunFolder(options.Keep);
            await using var rig = await Rig.StartAsync(options, folder, program, cancellationToken);
            Describe(report, folder);
            await measure(rig, report, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Report.Progress("stopped");
            return 130;
        }
        catch (BenchFailedException failure)
        {
            Report.Progress(failure.Message);
            return 1;
        }

        report.Print(json);
        return report.HasFaults ? 1 : 0;
    }

    private static void Describe(Report report, RunFolder folder)
    {
        var write = Machine.DurableWrite(folder.PathOf("durable-write")).TotalMilliseconds;
        report.Detail($"{Environment.ProcessorCount} processors, .NET {Environment.Version}, a durable 8 KiB write takes {write:F2} ms.\n");
        report.Json["machine"] = new JsonObject { ["processors"] = Environment.ProcessorCount, ["durableWriteMs"] = Math.Round(write, 2) };
    }
}
