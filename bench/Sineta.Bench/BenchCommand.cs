using System.CommandLine;
using Sineta.Bench.Parts;

namespace Sineta.Bench;

/// <summary>The command line.</summary>
internal static class BenchCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "End with one line of JSON instead of tables." };

    private static readonly Option<int> Pairs =
        new("--pairs") { Description = "Interleaved pairs a measure.", DefaultValueFactory = _ => 5 };

    private static readonly Option<double> Seconds =
        new("--seconds") { Description = "Seconds of load in each half of a pair.", DefaultValueFactory = _ => 10 };

    private static readonly Option<double> WarmUp =
        new("--warm-up") { Description = "Seconds of load before the first pair of a measure.", DefaultValueFactory = _ => 10 };

    private static readonly Option<int> LogEvents =
        new("--log-events") { Description = "Events in the full log of `scale`.", DefaultValueFactory = _ => 10_000_000 };

    private static readonly Option<int> Learners =
        new("--learners") { Description = "Learners of the full school.", DefaultValueFactory = _ => 100_000 };

    private static readonly Option<int> Deliveries =
        new("--deliveries") { Description = "Deliveries in the full school's log.", DefaultValueFactory = _ => 10_000_000 };

    private static readonly Option<int> Requests =
        new("--requests") { Description = "Requests of each page.", DefaultValueFactory = _ => 100 };

    private static readonly Option<string?> Keep =
        new("--keep") { Description = "A folder in which the full school stays, to be measured again without being filled again." };

    private static readonly Option<string> Only = new("--only")
    {
        Description = $"Measures to run, with commas between: {string.Join(", ", BenchOptions.Measures)}.",
        DefaultValueFactory = _ => string.Join(',', BenchOptions.Measures),
    };

    public static Task<int> RunAsync(string[] args)
    {
        Only.Validators.Add(result =>
        {
            foreach (var unknown in Chosen(result.GetValueOrDefault<string>()).Except(BenchOptions.Measures))
                result.AddError($"There is no measure {unknown}.");
        });
        var delivery = new Command("delivery", "Throughput, latency and fairness of delivery, beside the raw limit.")
        {
            Json, Pairs, Seconds, WarmUp, LogEvents, Only,
        };
        delivery.SetAction((parsed, cancellationToken) => RunAsync(parsed, DeliveryBench.MeasureAsync, cancellationToken));
        var completions = new Command("completions", "Completions a second, from HTTP to the receiver, as a campus grows.") { Json, Pairs, Seconds, WarmUp };
        completions.SetAction((parsed, cancellationToken) => RunAsync(parsed, CompletionsBench.MeasureAsync, cancellationToken));
        var pages = new Command("pages", "How long each page takes, at the demo school and at a full one.")
        {
            Json, Learners, Deliveries, Requests, Keep,
        };
        pages.SetAction((parsed, cancellationToken) => RunAsync(parsed, PagesBench.MeasureAsync, cancellationToken));
        var root = new RootCommand("Benchmarks of Sineta.") { delivery, completions, pages };
        // Stopping the servers in order takes longer than the two seconds that are given by default.
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
    }

    private static Task<int> RunAsync(
        ParseResult parsed, Func<Rig, Report, CancellationToken, Task> measure, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            Report.Progress("The bench measures through /proc and epoll: it runs on Linux only.");
            return Task.FromResult(1);
        }

        var options = new BenchOptions
        {
            Pairs = parsed.GetValue(Pairs),
            Seconds = parsed.GetValue(Seconds),
            WarmUp = parsed.GetValue(WarmUp),
            LogEvents = parsed.GetValue(LogEvents),
            Only = Chosen(parsed.GetValue(Only)),
            Learners = parsed.GetValue(Learners),
            Deliveries = parsed.GetValue(Deliveries),
            Requests = parsed.GetValue(Requests),
            Keep = parsed.GetValue(Keep),
        };
        return BenchRun.RunAsync(options, parsed.GetValue(Json), measure, cancellationToken);
    }

    private static string[] Chosen(string? names) =>
        names?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
