using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Sineta.Bench.Parts;

namespace Sineta.Bench.Measures;

/// <summary>How long pages take from the request to the last byte, for two people at a time.</summary>
internal static class PageMeasure
{
    private const int Together = 2, WarmUp = 20;

    /// <summary>Opens each page as often as is asked for, after some times that do not count.</summary>
    /// <param name="most">Milliseconds in which 95 of 100 requests must be answered.</param>
    public static async Task RunAsync(
        Rig rig, Report report, string school, string who, Visitor visitor, IReadOnlyList<MeasuredPage> pages, double most,
        CancellationToken cancellationToken)
    {
        foreach (var page in pages.Where(p => p.Paths.Count > 0))
        {
            await OpenAsync(visitor, page, WarmUp, cancellationToken);
            var times = await OpenAsync(visitor, page, rig.Options.Requests, cancellationToken);
            var (p50, p95) = (times[(times.Length - 1) / 2], times[(int)Math.Ceiling(times.Length * 0.95) - 1]);
            var name = $"{school}, {who}: {page.Name}";
            report.Goal(name, $"{p50:F1} and {p95:F1} ms", $"{most:F0} ms", "");
            Report.Progress($"  {name}: {p50:F1} and {p95:F1} ms");
            if (p95 > most)
                report.Fault($"{name} took {p95:F0} ms, and must take no more than {most:F0} ms.");
            ((JsonArray)report.Json["pages"]!).Add(new JsonObject
            {
                ["school"] = school,
                ["role"] = who,
                ["page"] = page.Name,
                ["p50Ms"] = Math.Round(p50, 2),
                ["p95Ms"] = Math.Round(p95, 2),
                ["mustMs"] = most,
            });
        }
    }

    /// <summary>The times in milliseconds, the shortest first.</summary>
    private static async Task<double[]> OpenAsync(Visitor visitor, MeasuredPage page, int requests, CancellationToken cancellationToken)
    {
        var times = new ConcurrentBag<double>();
        var together = new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, requests, together, async (number, token) =>
        {
            var began = Stopwatch.GetTimestamp();
            await visitor.OpenAsync(page.Paths[number % page.Paths.Count], token);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        });
        return [.. times.Order()];
    }
}
