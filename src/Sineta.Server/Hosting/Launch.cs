using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Npgsql;
using Sineta.Delivery.Storage;

namespace Sineta.Server.Hosting;

/// <summary>Runs the server, and tells whoever started it in one sentence why it does not run.</summary>
internal static class Launch
{
    /// <param name="serve">Is asked to stop by SIGINT and SIGTERM from its first line on, not only when the web server runs.</param>
    /// <returns>The exit code of the process: 0, or 1 when the server could not start.</returns>
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
        catch (Exception e) when (Explain(e) is { } sentence)
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

    /// <summary>The sentence for what an operator can mend; null for a defect of ours, which keeps its stack trace.</summary>
    private static string? Explain(Exception exception) => exception switch
    {
        StartRefusedException or NewerDatabaseException or OptionsValidationException => exception.Message,
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } e =>
            $"The account of ConnectionStrings__Sineta may not change the database's schema: {e.MessageText}.",
        IOException { InnerException: AddressInUseException } => $"{exception.Message} Choose another with --urls.",
        SocketException { SocketErrorCode: SocketError.AccessDenied or SocketError.AddressNotAvailable } =>
            $"The address cannot be listened on ({exception.Message}): choose another with --urls.",
        FormatException { TargetSite.DeclaringType.Name: "BindingAddress" } => $"{exception.Message}. Choose an address with --urls.",
        _ => null,
    };
}
