using System.CommandLine;

namespace Sineta.Cli.Commands;

/// <summary><c>sineta resend dlv_…</c>: has a delivery sent again.</summary>
internal static class ResendCommand
{
    private static readonly Argument<string> Delivery = new("delivery") { Description = "The delivery's id, dlv_…" };

    public static Command Describe()
    {
        var command = new Command("resend", "Send a delivery again, whether it failed, waits for its next retry, or arrived.") { Delivery };
        ServerOptions.AddTo(command);
        command.SetAction(ResendAsync);
        return command;
    }

    private static async Task<int> ResendAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = ServerOptions.Connect(parsed);
        var resent = await client.ResendAsync(parsed.GetRequiredValue(Delivery), cancellationToken);
        await Console.Out.WriteLineAsync($"It goes out as {resent.Id}.");
        return 0;
    }
}
