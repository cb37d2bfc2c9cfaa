using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Npgsql;
using Sineta.Delivery.Storage;

namespace Sineta.Server.Hosting;

/// <summary>Tells what an operator can mend from a defect of ours.</summary>
internal static class StartFaults
{
    /// <summary>One sentence for the operator; null for a defect, which keeps its stack trace.</summary>
    public static string? Explain(Exception fault) => fault switch
    {
        StartRefusedException or NewerDatabaseException or StoppedByFaultException => fault.Message,
        OptionsValidationException e => string.Join(' ', e.Failures),
        AggregateException { InnerExceptions: var all } when all.All(e => Explain(e) is not null) => string.Join(' ', all.Select(Explain)),
        // Of a list's value, the inner one has its name.
        InvalidOperationException { TargetSite.DeclaringType.Name: "ConfigurationBinder" } =>
            OneLine((fault.InnerException as InvalidOperationException ?? fault).Message),
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } e =>
            $"The account of ConnectionStrings__Sineta may not change the database's schema: {e.MessageText}.",
        _ when OfListening(fault) is { } sentence => sentence,
        _ when Database.IsUnavailable(fault) => $"The database went away while the server started: {OneLine(fault.Message)}",
        _ => null,
    };

    private static string? OfListening(Exception fault) => fault switch
    {
        IOException { InnerException: AddressInUseException } => $"{fault.Message} Choose another with --urls.",
        SocketException { SocketErrorCode: SocketError.AccessDenied or SocketError.AddressNotAvailable } =>
            $"The address cannot be listened on ({fault.Message}): choose another with --urls.",
        FormatException { TargetSite.DeclaringType.Name: "BindingAddress" } => $"{fault.Message}. Choose an address with --urls.",
        InvalidOperationException { TargetSite.DeclaringType.Name: "AddressBinder" } => $"{fault.Message} Choose an address with --urls.",
        ArgumentOutOfRangeException { ParamName: "port" } => "The port of an address is at most 65535: choose another with --urls.",
        InvalidOperationException when fault.Message.Contains("No server certificate was specified", StringComparison.Ordinal) =>
            "An https address needs a certificate: name its file in Kestrel__Certificates__Default__Path, "
            + "or listen on http behind a proxy.",
        _ => null,
    };

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");
}
