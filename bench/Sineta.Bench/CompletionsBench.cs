using Sineta.Bench.Measures;
using Sineta.Bench.Parts;

namespace Sineta.Bench;

/// <summary>The way from a learner's completion to the webhook at the receiver, on campuses of several sizes.</summary>
internal static class CompletionsBench
{
    /// <summary>Enrolments on the campus, each size after the one before.</summary>
    private static readonly int[] Sizes = [10_000, 100_000, 1_000_000];

    public static async Task MeasureAsync(Rig rig, Report report, CancellationToken cancellationToken)
    {
        var server = await rig.StartServerAsync("campus", cancellationToken);
        var target = await rig.AddInstitutionAsync(server, endpoints: 1, maxInFlight: 64, cancellationToken);
        var campus = await CampusFiller.FoundAsync(server, target.ApiKey, cancellationToken);
        double? first = null;
        foreach (var size in Sizes)
        {
            await campus.GrowAsync(size, cancellationToken);
            var cost = await CompletionsMeasure.RunAsync(rig, server, report, campus, cancellationToken);
            first ??= cost;
            report.Goal($"cost of a completion with {size:N0} enrolments, over that with {Sizes[0]:N0}", $"{cost / first:F2}", "flat", "1");
        }

        await rig.StopServerAsync(server);
    }
}
