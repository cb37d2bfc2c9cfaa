using System.CommandLine;

namespace Sineta.Cli.Demo;

/// <summary><c>sineta demo</c>, as <c>./run.sh demo</c> calls it.</summary>
internal static class DemoCommand
{
    private static readonly Option<FileInfo> Server = new("--server-program") { Description = "Sineta.Server.dll", Required = true };

    private static readonly Option<FileInfo> Receiver = new("--receiver-program")
    {
        Description = "Sineta.Sample.Receiver.dll",
        Required = true,
    };

    public static Command Describe()
    {
        var command = new Command("demo", "Show the way of the five events, with a server, a database and a receiver of its own.")
        {
            Server,
            Receiver,
        };
        command.SetAction((parsed, cancellationToken) =>
            new DemoStory(parsed.GetRequiredValue(Server), parsed.GetRequiredValue(Receiver)).TellAsync(cancellationToken));
        return command;
    }
}
