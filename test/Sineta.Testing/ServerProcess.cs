using System.Diagnostics;
using System.Text;
using Sineta.Server.Embedded;

namespace Sineta.Testing;

/// <summary>The real server as a process of its own, as <c>dotnet Sineta.Server.dll</c>.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>What Ctrl+C sends.</summary>
    public const int Interrupt = 2;

    private const string Ready = "Sineta is ready: ";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;

    private ServerProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, _output), ReadAsync(process.StandardError, _errors));
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => _ready.Task.Result;

    public int ProcessId => _process.Id;

    public int ExitCode => _process.ExitCode;

    /// <summary>What it has written so far on its standard output.</summary>
    public string Output => Text(_output);

    /// <summary>What it has written so far on its standard error.</summary>
    public string Errors => Text(_errors);

    /// <summary>Starts a server in the development profile on a free port, and waits until it listens.</summary>
    /// <param name="settings">Environment variables, as <c>Sineta__DataDirectory</c>.</param>
    /// <param name="cancellationToken">The test's.</param>
    public static async Task<ServerProcess> StartAsync(IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var server = Begin(settings, "--urls", "http://127.0.0.1:0");
        var ended = server._process.WaitForExitAsync(cancellationToken);
        var first = await Task.WhenAny(server._ready.Task, ended).WaitAsync(Patience, cancellationToken);
        return first == server._ready.Task
            ? server
            : throw new InvalidOperationException($"The server ended with {server.ExitCode}: {server.Errors}{server.Output}");
    }

    /// <summary>Starts a server that is expected to end by itself, and waits for that.</summary>
    public static async Task<ServerProcess> RunToEndAsync(
        IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken, params string[] arguments)
    {
        var server = Begin(settings, arguments);
        await server.EndedAsync(cancellationToken);
        return server;
    }

    /// <summary>Sends a signal to the server: 9 kills, 15 asks to end, 19 pauses, 18 resumes.</summary>
    public void Signal(int signal) => Signal(ProcessId, signal);

    /// <summary>Sends a signal to any process of the test's.</summary>
    public static void Signal(int processId, int signal) => Libc.Signal(processId, signal);

    /// <summary>Asks it to end and waits until it has.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Signal(15);
        await EndedAsync(cancellationToken);
    }

    /// <summary>Kills it as <c>kill -9</c> does and waits until it is gone.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        Signal(9);
        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Waits until the process is gone and all it wrote is read.</summary>
    public async Task EndedAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        await _reading.WaitAsync(Patience, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal(18);
            await StopAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static ServerProcess Begin(IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Sineta.Server.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["Sineta__DemoSchool"] = "false";
        foreach (var (name, value) in settings)
            start.Environment[name] = value;

        return new ServerProcess(Process.Start(start)!);
    }

    private static string Text(StringBuilder lines)
    {
        lock (lines)
        {
            return lines.ToString();
        }
    }

    private async Task ReadAsync(StreamReader reader, StringBuilder lines)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (lines)
            {
                lines.AppendLine(line);
            }

            if (line.StartsWith(Ready, StringComparison.Ordinal))
                _ready.TrySetResult(new Uri(line[Ready.Length..].Split(' ')[0]));
        }
    }
}
