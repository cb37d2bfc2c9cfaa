using System.Net.Sockets;
using Sineta.Cli.Api;
using Spectre.Console;

namespace Sineta.Cli.Commands;

/// <summary>Endpoints of earlier <c>sineta listen</c>s that ended without removing them, as by <c>kill -9</c>.</summary>
internal static class EarlierTerminals
{
    /// <summary>What an endpoint of a terminal is described as: whether it still listens, only its own machine can tell.</summary>
    public static readonly string Description = $"sineta listen on {Environment.MachineName}";

    /// <param name="own">Where this terminal listens: nobody else does.</param>
    public static async Task RemoveAsync(SinetaClient client, Uri own, CancellationToken cancellationToken)
    {
        await foreach (var endpoint in client.EndpointsAsync(cancellationToken))
        {
            if (!IsTerminal(endpoint) || (endpoint.Url != own && await AcceptsAsync(endpoint.Url, cancellationToken)))
                continue;
            await client.DeleteEndpointAsync(endpoint.Id, cancellationToken);
            AnsiConsole.MarkupLineInterpolated($"Removed {endpoint.Id}, which an earlier sineta listen left.");
        }
    }

    private static bool IsTerminal(EndpointAnswer endpoint) =>
        endpoint.Description == Description && endpoint.Url is { Scheme: "http", Host: "127.0.0.1", PathAndQuery: "/" };

    private static async Task<bool> AcceptsAsync(Uri url, CancellationToken cancellationToken)
    {
        using var probe = new TcpClient();
        try
        {
            await probe.ConnectAsync(url.Host, url.Port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
