using System.CommandLine;
using System.Globalization;
using Sineta.Cli.Api;
using Spectre.Console;

namespace Sineta.Cli.Commands;

/// <summary><c>sineta tail</c>: shows an institution's deliveries, the last ones first made and then each attempt as it is made.</summary>
internal static class TailCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly Option<string?> Endpoint = new("--endpoint") { Description = "Only deliveries to this endpoint, ep_…" };

    private static readonly Option<string?> Status = new("--status") { Description = "Only pending, held, delivered or failed ones." };

    private static readonly Option<bool> Once = new("--once") { Description = "Show what there is now, and end." };

    public static Command Describe()
    {
        var command = new Command("tail", "Show the last deliveries, and each attempt as it is made.") { Endpoint, Status, Once };
        ServerOptions.AddTo(command);
        command.SetAction(TailAsync);
        return command;
    }

    private static async Task<int> TailAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (endpoint, status) = (parsed.GetValue(Endpoint), parsed.GetValue(Status));
        using var client = ServerOptions.Connect(parsed);
        if (parsed.GetValue(Once))
        {
            await ShowLastAsync(client, endpoint, status, cancellationToken);
            return 0;
        }

        // It listens before it looks: what is attempted in between is shown by one or by the other, and not by both.
        var stream = await client.ListenAsync(endpoint, status, last: null, cancellationToken);
        var shown = await ShowLastAsync(client, endpoint, status, cancellationToken);
        AnsiConsole.MarkupLine("[green]Listening[/]; Ctrl+C ends it.");
        while (true)
        {
            using (stream)
                await FollowAsync(stream, shown, cancellationToken);
            AnsiConsole.MarkupLine("[yellow]The connection is lost[/]; trying to get it back…");
            stream = await ListenAgainAsync(client, endpoint, status, stream.LastId, cancellationToken);
            AnsiConsole.MarkupLine("[green]Listening[/] again.");
        }
    }

    private static async Task<HashSet<(string, int)>> ShowLastAsync(
        SinetaClient client, string? endpoint, string? status, CancellationToken cancellationToken)
    {
        var page = await client.DeliveriesAsync(endpoint, status, cancellationToken);
        foreach (var delivery in page.Data.Reverse())
            Show(delivery);
        return [.. page.Data.Select(static delivery => (delivery.Id, delivery.AttemptCount))];
    }

    /// <summary>Shows what comes until nothing does any more.</summary>
    private static async Task FollowAsync(AttemptStream stream, HashSet<(string, int)> shown, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var (delivery, gap) in stream.ReadAsync(cancellationToken))
            {
                if (gap is not null)
                    AnsiConsole.MarkupLineInterpolated($"[yellow]… {Count(gap)} attempts were left out; the delivery log has them[/]");
                else if (delivery is not null && !shown.Remove((delivery.Id, delivery.AttemptCount)))
                    Show(delivery);
            }
        }
        catch (IOException)
        {
            // It is lost, as it is where it ended without a word.
        }
    }

    private static async Task<AttemptStream> ListenAgainAsync(
        SinetaClient client, string? endpoint, string? status, string last, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            try
            {
                return await client.ListenAsync(endpoint, status, last.Length == 0 ? null : last, cancellationToken);
            }
            catch (CliException e) when (e.MayPass)
            {
                // It is not back yet.
            }
        }
    }

    private static string Count(GapAnswer gap) => gap.Missed?.ToString("N0", CultureInfo.InvariantCulture) ?? "some";

    private static void Show(DeliveryAnswer delivery)
    {
        var color = delivery.Status switch
        {
            "delivered" => Color.Green,
            "failed" => Color.Red,
            _ => Color.Yellow,
        };
        var time = (delivery.LastAttempt?.At ?? delivery.CreatedAt).ToLocalTime();
        AnsiConsole.MarkupInterpolated($"[grey]{time:HH:mm:ss.fff}[/] [{color.ToMarkup()}]{delivery.Status,-9}[/] ");
        AnsiConsole.MarkupLineInterpolated($"{delivery.Type,-31} {delivery.Id} [grey]{Detail(delivery)}[/]");
    }

    private static string Detail(DeliveryAnswer delivery)
    {
        var attempt = delivery.LastAttempt switch
        {
            null => "not tried yet",
            { Status: { } status, Problem: null } last => $"attempt {delivery.AttemptCount}: {status} in {last.DurationMs:0.0} ms",
            var last => $"attempt {delivery.AttemptCount}: {last.Problem?.TrimEnd('.')}",
        };
        return delivery switch
        {
            { Status: "held" } => $"{attempt}; its endpoint is not active",
            { NextAttemptAt: { } next } => $"{attempt}; next at {next.ToLocalTime():HH:mm:ss}",
            _ => attempt,
        };
    }
}
