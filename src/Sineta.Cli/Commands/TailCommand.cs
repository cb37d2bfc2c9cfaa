using System.CommandLine;
using Sineta.Cli.Api;
using Spectre.Console;

namespace Sineta.Cli.Commands;

/// <summary><c>sineta tail</c>: shows an institution's deliveries, the last ones first made and then each change as it comes.</summary>
internal static class TailCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly Option<string?> Endpoint = new("--endpoint") { Description = "Only deliveries to this endpoint, ep_…" };

    private static readonly Option<string?> Status = new("--status") { Description = "Only pending, held, delivered or failed ones." };

    private static readonly Option<bool> Once = new("--once") { Description = "Show what there is now, and end." };

    public static Command Describe()
    {
        var command = new Command("tail", "Show the last deliveries, and each change as it comes.") { Endpoint, Status, Once };
        ServerOptions.AddTo(command);
        command.SetAction(TailAsync);
        return command;
    }

    private static async Task<int> TailAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = ServerOptions.Connect(parsed);
        var shown = new Dictionary<string, DeliveryAnswer>();
        while (true)
        {
            var page = await client.DeliveriesAsync(parsed.GetValue(Endpoint), parsed.GetValue(Status), cancellationToken);
            foreach (var delivery in page.Data.Reverse().Where(delivery => IsNews(delivery, shown)))
                Show(delivery);
            if (parsed.GetValue(Once))
                return 0;

            // What is not on the page has been followed long enough.
            shown = page.Data.ToDictionary(delivery => delivery.Id);
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    private static bool IsNews(DeliveryAnswer delivery, Dictionary<string, DeliveryAnswer> shown) =>
        !shown.TryGetValue(delivery.Id, out var before)
        || (before.Status, before.AttemptCount) != (delivery.Status, delivery.AttemptCount);

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
