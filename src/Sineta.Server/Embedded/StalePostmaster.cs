using System.Globalization;
using System.Runtime.Versioning;

namespace Sineta.Server.Embedded;

/// <summary>A PostgreSQL that outlived its server, as after a <c>kill -9</c>: found by <c>postmaster.pid</c> and stopped.</summary>
[UnsupportedOSPlatform("windows")]
internal static class StalePostmaster
{
    private static readonly TimeSpan FastShutdown = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    /// <summary>Leaves the cluster's folder free to be started on.</summary>
    /// <returns>The id of the process that was stopped; null when none ran.</returns>
    public static async Task<int?> StopAsync(string cluster, TimeProvider time, CancellationToken cancellationToken)
    {
        var pidFile = Path.Combine(cluster, "postmaster.pid");
        if (!File.Exists(pidFile))
            return null;

        var lines = await File.ReadAllLinesAsync(pidFile, cancellationToken);
        if (!int.TryParse(lines.FirstOrDefault(), CultureInfo.InvariantCulture, out var processId))
            return null;

        if (!await IsPostmasterOfAsync(cluster, processId, cancellationToken))
        {
            await DisownAsync(pidFile, lines, cancellationToken);
            return null;
        }

        await EndAsync(processId, cluster, time, cancellationToken);
        SocketFolder.Forget(lines.ElementAtOrDefault(4), cluster);
        return processId;
    }

    /// <summary>Whether a process is the postmaster of this folder, and not another that was given its number since.</summary>
    public static async Task<bool> IsPostmasterOfAsync(string cluster, int processId, CancellationToken cancellationToken)
    {
        string[] commandLine;
        try
        {
            commandLine = OperatingSystem.IsLinux()
                ? (await File.ReadAllTextAsync($"/proc/{processId}/cmdline", cancellationToken)).Split('\0')
                : (await Command.RunAsync(["ps", "-ww", "-o", "command=", "-p", $"{processId}"], cancellationToken)).Output.Split(' ');
        }
        catch (IOException)
        {
            return false;
        }

        return Path.GetFileName(commandLine[0]) == "postgres"
            && string.Join(' ', commandLine).Contains($" {cluster} ", StringComparison.Ordinal);
    }

    /// <summary>
    /// PostgreSQL refuses to start where <c>postmaster.pid</c> names a living process, whatever that process is, but takes its own parent
    /// for a number used again. Deleting the file would also drop its check for sessions that still have the old shared memory.
    /// </summary>
    private static Task DisownAsync(string pidFile, string[] lines, CancellationToken cancellationToken)
    {
        lines[0] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return File.WriteAllTextAsync(pidFile, string.Join('\n', lines) + '\n', cancellationToken);
    }

    private static async Task EndAsync(int processId, string cluster, TimeProvider time, CancellationToken cancellationToken)
    {
        Libc.Signal(processId, Libc.Interrupt);
        var began = time.GetTimestamp();
        while (await IsPostmasterOfAsync(cluster, processId, cancellationToken))
        {
            await Task.Delay(Poll, time, cancellationToken);
            if (time.GetElapsedTime(began) > FastShutdown)
            {
                Libc.Signal(processId, Libc.Quit);
                began = time.GetTimestamp();
            }
        }
    }
}
