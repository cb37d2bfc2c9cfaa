using System.Diagnostics;
using System.Text.Json.Nodes;
using Sineta.Bench.Measures;
using Sineta.Bench.Parts;

namespace Sineta.Bench;

/// <summary>How long each page takes, at the demo school as it is and once it has many learners and a long log.</summary>
internal static class PagesBench
{
    private const double MostAtDemoSchool = 50, MostAtFullSchool = 150;
    private const string Password = "toca a sineta", Learner = "ana@demo.example";

    public static async Task MeasureAsync(Rig rig, Report report, CancellationToken cancellationToken)
    {
        report.Measured = "p50 and p95";
        report.AllWell = "Every page is in time.";
        report.Json["pages"] = new JsonArray();
        var filled = rig.Folder.PathOf("filled");
        var isFilled = File.Exists(filled);
        var server = await rig.StartServerAsync("school", demoSchool: true, cancellationToken);
        if (!isFilled)
        {
            await ConnectAsync(rig, server, cancellationToken);
            await MeasureAsync(rig, report, server, "demo school", MostAtDemoSchool, cancellationToken);
        }

        if (rig.Options is { Learners: > 0, Deliveries: > 0 } options)
        {
            if (!isFilled)
            {
                var filling = Stopwatch.StartNew();
                await SchoolFiller.FillAsync(server, await server.FirstKeyAsync(cancellationToken), options.Learners, cancellationToken);
                await HistoryFiller.FillAsync(server, options.Deliveries, cancellationToken);
                await File.WriteAllTextAsync(filled, "", cancellationToken);
                report.Detail($"Filling took {filling.Elapsed.TotalMinutes:F1} minutes.");
                // What is measured is a server that finds all of this when it starts.
                await rig.StopServerAsync(server);
                server = await rig.StartServerAsync("school", demoSchool: true, cancellationToken);
            }

            await MeasureAsync(rig, report, server, "full school", MostAtFullSchool, cancellationToken);
        }

        await rig.StopServerAsync(server);
    }

    /// <summary>Four endpoints, which get all that happened at the demo school so far; the last is paused then.</summary>
    private static async Task ConnectAsync(Rig rig, Server server, CancellationToken cancellationToken)
    {
        var key = await server.FirstKeyAsync(cancellationToken);
        var first = rig.TakeEndpoints(4);
        var last = "";
        for (var number = first; number < first + 4; number++)
        {
            last = await server.Api.CreateEndpointAsync(key, rig.EndpointUrl(number), [], maxInFlight: null, cancellationToken);
            await server.Api.BackfillAsync(key, last, cancellationToken);
        }

        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, cancellationToken);
        while (await server.Api.HasPendingAsync(key, cancellationToken))
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
        await server.Api.PauseEndpointAsync(key, last, cancellationToken);
    }

    private static async Task MeasureAsync(
        Rig rig, Report report, Server server, string school, double most, CancellationToken cancellationToken)
    {
        Report.Progress($"{school}: p50 and p95 of {rig.Options.Requests} requests of each page");
        await using var list = new PageList(server, Learner);
        using var learner = await Visitor.SignInAsync(server, Learner, Password, cancellationToken);
        using var manager = await Visitor.SignInAsync(server, "helena@demo.example", Password, cancellationToken);
        using var integrator = await Visitor.SignInAsync(server, "rui@demo.example", Password, cancellationToken);
        using var operators = await Visitor.SignInOperatorAsync(server, institutionId: 1, cancellationToken);
        await OfAsync("learner", learner, await list.OfLearnerAsync(cancellationToken));
        await OfAsync("manager", manager, await list.OfManagerAsync(cancellationToken));
        await OfAsync("integrator", integrator, await list.OfIntegratorAsync(cancellationToken));
        await OfAsync("operator", operators, PageList.OfOperator);

        Task OfAsync(string who, Visitor visitor, IReadOnlyList<MeasuredPage> pages) =>
            PageMeasure.RunAsync(rig, report, school, who, visitor, pages, most, cancellationToken);
    }
}
