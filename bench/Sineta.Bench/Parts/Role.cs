using System.Diagnostics;
using System.Text.Json;

namespace Sineta.Bench.Parts;

/// <summary>A role of this program in a process of its own. It ends when its standard input does: also when the bench is killed.</summary>
internal sealed class Role<TCommand> : IAsyncDisposable
{
    private static readonly TimeSpan PatienceForEnd = TimeSpan.FromSeconds(5);
    private readonly Process _process;

    public Role(string name, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(Role<>).Assembly.Location);
        foreach (var argument in (IEnumerable<string>)["role", name, .. arguments])
            start.ArgumentList.Add(argument);
        // Idle workers of the thread pool would spin on a processor that another process needs.
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
        _process = Process.Start(start)!;
    }

    public int ProcessId => _process.Id;

    public async Task<TReply> AskAsync<TReply>(TCommand command, TimeSpan within, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command).AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        return await HearAsync<TReply>(within, cancellationToken);
    }

    /// <summary>The role's next line.</summary>
    public async Task<TReply> HearAsync<TReply>(TimeSpan within, CancellationToken cancellationToken)
    {
        var line = await _process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(within, cancellationToken);
        return JsonSerializer.Deserialize<TReply>(line ?? throw new BenchFailedException("A process of the bench has ended early."))!;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync().WaitAsync(PatienceForEnd);
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
