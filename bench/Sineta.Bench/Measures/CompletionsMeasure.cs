using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Sineta.Bench.Parts;

namespace Sineta.Bench.Measures;

/// <summary>Completions a second in a closed loop over HTTP, until the webhook of each has arrived.</summary>
internal static class CompletionsMeasure
{
    private const int Clients = 32;

    /// <summary>The median of the server's and PostgreSQL's processor microseconds a completion.</summary>
    public static async Task<double> RunAsync(
        Rig rig, Server server, Report report, CampusFiller campus, CancellationToken cancellationToken)
    {
        var options = rig.Options;
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", campus.ApiKey);
        await LoadAsync(options.WarmUp);
        var windows = new List<Window>();
        while (windows.Count < options.Pairs)
        {
            windows.Add(await LoadAsync(options.Seconds));
            Report.Progress($"  {windows[^1].PerSecond:N0} completions/s, foreign CPU {windows[^1].Foreign:P0}");
        }

        return Tell(report, campus.Enrollments, windows);

        Task<Window> LoadAsync(double seconds) => rig.MeasureAsync(() => CompleteAsync(client, campus, seconds, cancellationToken), cancellationToken);
    }

    private static double Tell(Report report, int enrollments, List<Window> windows)
    {
        var perSecond = Spread.Of(windows.Select(w => w.PerSecond));
        var server = Spread.Of(windows.Select(w => CpuOf(w, "server")));
        var postgres = Spread.Of(windows.Select(w => CpuOf(w, "postgres")));
        report.Goal($"completions a second with {enrollments:N0} enrolments, to the receiver", perSecond.Show("N0"), "", "");
        report.Detail($"{enrollments:N0} enrolments: CPU µs a completion: server {server.Show("F0")}, PostgreSQL {postgres.Show("F0")}.");
        report.Json[$"completions{enrollments}"] = new JsonObject
        {
            ["perSecond"] = perSecond.Rounded(0),
            ["perSecondRange"] = perSecond.Range(0),
            ["serverMicros"] = server.Rounded(1),
            ["postgresMicros"] = postgres.Rounded(1),
            ["foreignCpu"] = Math.Round(windows.Max(w => w.Foreign), 3),
        };
        return server.Median + postgres.Median;
    }

    private static double CpuOf(Window window, string part) =>
        window.Cpu.Where(c => c.Key.EndsWith(part, StringComparison.Ordinal)).Sum(c => c.Value);

    /// <returns>How many completions were answered, and how many events there are of them.</returns>
    private static async Task<(long Done, long Events)> CompleteAsync(
        HttpClient client, CampusFiller campus, double seconds, CancellationToken cancellationToken)
    {
        var before = await campus.CountEventsAsync(cancellationToken);
        var (watch, done) = (Stopwatch.StartNew(), 0L);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            while (watch.Elapsed.TotalSeconds < seconds)
            {
                var (enrollment, content) = campus.Next();
                using var body = new StringContent($$"""{"content_id":{{content}}}""", Encoding.UTF8, "application/json");
                using var answer = await client.PostAsync($"/v1/enrollments/{enrollment}/completions", body, cancellationToken);
                if (!answer.IsSuccessStatusCode)
                    throw new BenchFailedException($"A completion was answered {await answer.Content.ReadAsStringAsync(cancellationToken)}");
                Interlocked.Increment(ref done);
            }
        }));
        return (done, await campus.CountEventsAsync(cancellationToken) - before);
    }
}
