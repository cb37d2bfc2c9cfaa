using System.ComponentModel;
using System.Diagnostics;

namespace Sineta.Server.Embedded;

/// <summary>Starts the programs that come with PostgreSQL and with the system.</summary>
internal static class Command
{
    /// <summary>What a program that ran to its end said.</summary>
    /// <param name="ExitCode">0 is success; 127: there is no such program.</param>
    /// <param name="Output">Both of its outputs, trimmed.</param>
    public sealed record Result(int ExitCode, string Output);

    /// <summary>
    /// Describes a program with an environment of its own: no PG… variable of the operator's shell reaches PostgreSQL, and
    /// LC_ALL=C keeps its messages in English and its start on macOS single-threaded.
    /// </summary>
    public static ProcessStartInfo Describe(IReadOnlyList<string> commandLine)
    {
        var start = new ProcessStartInfo(commandLine[0], commandLine.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var path = start.Environment.TryGetValue("PATH", out var inherited) ? inherited : null;
        start.Environment.Clear();
        start.Environment["PATH"] = $"{path}:/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    /// <summary>Runs a program to its end; a cancelled one is killed.</summary>
    public static async Task<Result> RunAsync(IReadOnlyList<string> commandLine, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = Describe(commandLine) };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            return new Result(127, e.Message);
        }

        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            var all = (output + await errors).Trim();
            await process.WaitForExitAsync(cancellationToken);
            return new Result(process.ExitCode, all);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
