using System.CommandLine;
using System.Net;
using Sineta.Events;
using Spectre.Console;

namespace Sineta.Cli.Commands;

/// <summary><c>sineta listen</c>: makes an endpoint of this terminal for as long as it runs, and shows what arrives.</summary>
internal static class ListenCommand
{
    private static readonly Option<int> Port = new("--port") { Description = "The port to listen on; a free one unless given." };

    public static Command Describe()
    {
        var command = new Command("listen", "Receive an institution's events in this terminal, as an endpoint while it runs.") { Port };
        ServerOptions.AddTo(command);
        command.SetAction(ListenAsync);
        return command;
    }

    private static async Task<int> ListenAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = ServerOptions.Connect(parsed);
        using var listener = Listen(parsed.GetValue(Port));
        var url = new Uri(listener.Prefixes.Single());
        await EarlierTerminals.RemoveAsync(client, url, cancellationToken);
        var receiver = new TerminalReceiver();
        var receiving = receiver.ReceiveAsync(listener);
        var endpoint = await client.CreateEndpointAsync(url, EarlierTerminals.Description, cancellationToken);
        try
        {
            if (endpoint.Status != "active")
                throw new CliException($"The server could not verify this terminal: {endpoint.Verification.Problem}");
            receiver.Secret = WebhookSecret.Parse(endpoint.Secret!);
            AnsiConsole.MarkupLineInterpolated($"[green]Listening[/] as {endpoint.Id} on {url}; Ctrl+C ends it.");
            await receiving.WaitAsync(cancellationToken);
        }
        finally
        {
            listener.Stop();
            await client.DeleteEndpointAsync(endpoint.Id, CancellationToken.None);
        }

        return 0;
    }

    /// <param name="port">0 for a free one.</param>
    private static HttpListener Listen(int port)
    {
        if (port is < 0 or > IPEndPoint.MaxPort)
            throw new CliException($"{port} is no port: give --port a number from 1 to {IPEndPoint.MaxPort}.");
        while (true)
        {
            var listener = new HttpListener { Prefixes = { $"http://127.0.0.1:{(port > 0 ? port : FreePort.Find())}/" } };
            try
            {
                listener.Start();
                return listener;
            }
            catch (HttpListenerException) when (port == 0)
            {
                listener.Close(); // somebody else was faster to take it
            }
            catch (HttpListenerException e)
            {
                throw new CliException($"Port {port} cannot be listened on ({e.Message}): choose another with --port.", e);
            }
        }
    }
}
