using System.Diagnostics;
using Sineta.Server.Hosting;

namespace Sineta.Server.Embedded;

/// <summary>One running <c>postgres</c>, from the moment it takes connections.</summary>
internal sealed class Postmaster : IDisposable
{
    private static readonly TimeSpan LongStart = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FastShutdown = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string _lastComplaint = "it said nothing";
    private volatile bool _stopping;

    private Postmaster(Process process, ILogger logger)
    {
        (_process, _logger, ProcessId) = (process, logger, process.Id);
        Ended = EndAsync();
    }

    public int ProcessId { get; }

    /// <summary>Completes when the process is gone.</summary>
    public Task<int> Ended { get; }

    /// <summary>Starts one and waits until it takes connections, which after a crash lasts as long as its recovery.</summary>
    /// <exception cref="StartRefusedException">It ended instead; the sentence has its last complaint.</exception>
    public static async Task<Postmaster> StartAsync(
        IReadOnlyList<string> commandLine, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var process = Process.Start(Command.Describe(commandLine)) ?? throw new InvalidOperationException("No process was started.");
        var postmaster = new Postmaster(process, logger);
        try
        {
            await postmaster.ReadyAsync(time, cancellationToken);
            return postmaster;
        }
        catch
        {
            await postmaster.StopAsync(time);
            postmaster.Dispose();
            throw;
        }
    }

    /// <summary>Ends it by a fast shutdown: sessions are ended, everything is written, nothing needs recovery.</summary>
    public async Task StopAsync(TimeProvider time)
    {
        _stopping = true;
        foreach (var signal in (int[])[Libc.Interrupt, Libc.Quit])
        {
            SignalUnlessEnded(signal);
            using var waiting = new CancellationTokenSource();
            if (await Task.WhenAny(Ended, Task.Delay(FastShutdown, time, waiting.Token)) == Ended)
            {
                await waiting.CancelAsync();
                return;
            }
        }

        _process.Kill();
        await Ended;
    }

    /// <summary>Asks for a fast shutdown and does not wait: for a process that is itself about to end.</summary>
    public void SignalUnlessEnded(int signal)
    {
        if (!Ended.IsCompleted)
            Libc.Signal(ProcessId, signal);
    }

    public void Dispose() => _process.Dispose();

    private async Task ReadyAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var patience = Task.Delay(LongStart, time, waiting.Token);
        if (await Task.WhenAny(_ready.Task, Ended, patience) == patience)
        {
            cancellationToken.ThrowIfCancellationRequested();
            EmbeddedPostgresLog.StillStarting(_logger, LongStart);
        }

        var first = await Task.WhenAny(_ready.Task, Ended).WaitAsync(cancellationToken);
        await waiting.CancelAsync();
        if (first == Ended)
            throw new StartRefusedException($"PostgreSQL did not start: {_lastComplaint}");
    }

    private async Task<int> EndAsync()
    {
        _process.StandardInput.Close();
        var output = DrainAsync(_process.StandardOutput);
        var errors = DrainAsync(_process.StandardError);
        await _process.WaitForExitAsync();

        // Sessions that outlive the postmaster hold its outputs a little longer; only an ended start has a complaint worth waiting for.
        if (!_ready.Task.IsCompleted)
            await Task.WhenAll(output, errors);

        return _process.ExitCode;
    }

    private async Task DrainAsync(StreamReader lines)
    {
        while (await lines.ReadLineAsync() is { } line)
        {
            if (line.Contains("database system is ready to accept connections", StringComparison.Ordinal))
                _ready.TrySetResult();

            Forward(line);
        }
    }

    /// <summary>An ERROR is the answer to a statement, whose sender knows what to make of it.</summary>
    private void Forward(string line)
    {
        if (line.Split(["FATAL:", "PANIC:"], 2, StringSplitOptions.TrimEntries) is [_, var complaint])
            _lastComplaint = complaint;

        var isOrdinary = _stopping
            || line.StartsWith("LOG:", StringComparison.Ordinal)
            || line.StartsWith("ERROR:", StringComparison.Ordinal);
        EmbeddedPostgresLog.Said(_logger, isOrdinary ? LogLevel.Debug : LogLevel.Warning, line);
    }
}
