using System.Runtime.InteropServices;

namespace Sineta.Server.Hosting;

/// <summary>Runs the server, and tells whoever started it in one sentence why it does not run.</summary>
internal static class Launch
{
    /// <param name="serve">Is asked to stop by SIGINT and SIGTERM from its first line on, not only when the web server runs.</param>
    /// <returns>The exit code of the process: 0, or 1 when the server could not start or did not stop because it was asked to.</returns>
    public static async Task<int> RunAsync(Func<CancellationToken, Task> serve)
    {
        using var stopping = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            await serve(stopping.Token);
            return 0;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (StartFaults.Explain(e) is { } sentence)
        {
            await Console.Error.WriteLineAsync(sentence);
            return 1;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopping.Cancel();
        }
    }
}
