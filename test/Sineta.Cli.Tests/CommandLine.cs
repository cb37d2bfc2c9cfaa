using System.Diagnostics;
using Sineta.Testing;

namespace Sineta.Cli.Tests;

/// <summary><c>sineta</c> as a process of its own.</summary>
internal static class CommandLine
{
    public sealed record Result(int ExitCode, string Output, string Errors);

    public static Running Start(params string[] arguments) => new(Begin(arguments));

    public static async Task<Result> RunAsync(params string[] arguments)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var process = Begin(arguments);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return new Result(process.ExitCode, output, await errors);
    }

    private static Process Begin(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "sineta.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    /// <summary>A command that goes on until it is disposed, as by Ctrl+C.</summary>
    public sealed class Running(Process process) : IAsyncDisposable
    {
        private bool _isStopped;

        public ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken) => process.StandardOutput.ReadLineAsync(cancellationToken);

        public ValueTask DisposeAsync() => EndAsync(ServerProcess.Interrupt);

        /// <summary>Sends it a signal, and waits until it is gone.</summary>
        public async ValueTask EndAsync(int signal)
        {
            if (_isStopped)
                return;
            _isStopped = true;
            ServerProcess.Signal(process.Id, signal);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}
