using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Sineta.Cli.Demo;

/// <summary>A program that the demo started, and that it stops.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateBounded<string>(1000);
    private readonly Task _reading;
    private string _complaint = "";

    private ChildProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadOutputAsync(), ReadErrorsAsync());
    }

    /// <summary>Starts a .NET program.</summary>
    /// <param name="program">Its assembly.</param>
    /// <param name="environment">Variables beside those of this process.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ChildProcess Start(FileInfo program, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        if (!program.Exists)
            throw new CliException($"{program.FullName} is not built: run ./run.sh demo.");
        var start = new ProcessStartInfo("dotnet", [program.FullName, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>Reads its output up to the next line that has a text.</summary>
    /// <exception cref="CliException">It ended, or said nothing of the kind in time.</exception>
    public Task<string> LineWithAsync(string text, TimeSpan patience, CancellationToken cancellationToken) =>
        InTimeAsync($"say '{text}'", patience, async either =>
        {
            await foreach (var line in _lines.Reader.ReadAllAsync(either))
            {
                if (line.Contains(text, StringComparison.Ordinal))
                    return line;
            }

            await _reading;
            throw new CliException($"{Name} ended: {_complaint}");
        }, cancellationToken);

    /// <summary>Returns when it takes connections.</summary>
    /// <exception cref="CliException">It ended, or does not in time.</exception>
    public Task ListensAsync(Uri address, TimeSpan patience, CancellationToken cancellationToken) =>
        InTimeAsync($"listen on {address}", patience, async either =>
        {
            while (!await AcceptsAsync(address, either))
            {
                if (_process.HasExited)
                {
                    await _reading;
                    throw new CliException($"{Name} ended: {_complaint}");
                }

                await Task.Delay(Poll, TimeProvider.System, either);
            }

            return true;
        }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _ = Signal(_process.Id, Terminate);
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private string Name => _process.StartInfo.ArgumentList[0];

    private async Task<T> InTimeAsync<T>(
        string what, TimeSpan patience, Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await attempt(either.Token);
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested)
        {
            throw new CliException($"{Name} did not {what} within {patience.TotalSeconds:0} s.", e);
        }
    }

    private static async Task<bool> AcceptsAsync(Uri address, CancellationToken cancellationToken)
    {
        using var probe = new TcpClient();
        try
        {
            await probe.ConnectAsync(address.Host, address.Port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task ReadOutputAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            _lines.Writer.TryWrite(line);
        _lines.Writer.Complete();
    }

    private async Task ReadErrorsAsync() => _complaint = (await _process.StandardError.ReadToEndAsync()).Trim();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int processId, int signal);
}
