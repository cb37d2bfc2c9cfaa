using System.CommandLine;
using Sineta.Cli.Api;

namespace Sineta.Cli.Commands;

/// <summary>The options of every command that calls a server.</summary>
internal static class ServerOptions
{
    private const string DefaultServer = "http://localhost:5080";

    private static readonly Option<string?> Server = new("--server")
    {
        Description = $"The server's address; SINETA_SERVER, or {DefaultServer}, unless given.",
    };

    private static readonly Option<string?> Key = new("--key") { Description = "An institution's key, sk_…; SINETA_KEY unless given." };

    public static void AddTo(Command command)
    {
        command.Add(Server);
        command.Add(Key);
    }

    /// <exception cref="CliException">There is no key, or the address is none.</exception>
    public static SinetaClient Connect(ParseResult parsed)
    {
        var address = parsed.GetValue(Server) ?? Environment.GetEnvironmentVariable("SINETA_SERVER") ?? DefaultServer;
        var key = parsed.GetValue(Key) ?? Environment.GetEnvironmentVariable("SINETA_KEY")
            ?? throw new CliException("Give the institution's key with --key, or in SINETA_KEY.");
        return Uri.TryCreate(address, UriKind.Absolute, out var server) && (server.Scheme is "http" or "https")
            ? new SinetaClient(server, key)
            : throw new CliException($"{address} is not the address of a server, such as {DefaultServer}.");
    }
}
