using System.Text.Json.Nodes;
using Npgsql;
using Sineta.Bench.Parts;
using Sineta.Bench.Wire;

namespace Sineta.Bench.Measures;

/// <summary>The rate that the server keeps up with in an open loop, over that of the hand-written usual on the same PostgreSQL.</summary>
internal static class PollingMeasure
{
    private const int Connections = 256;
    private const double FirstGuess = 1_000;

    public static async Task RunAsync(
        Rig rig, Server server, Report report, IReadOnlyList<Target> targets, CancellationToken cancellationToken)
    {
        Report.Progress($"polling: the highest rate kept up with in an open loop, {rig.Options.Pairs} pairs");
        await using var usual = await Usual.StartAsync(rig, server, cancellationToken);
        var seconds = rig.Options.Seconds;
        var usualRate = await SustainedRate.FindAsync(FirstGuess, rate => usual.TryAsync(rate, seconds, cancellationToken));
        var serverRate = await SustainedRate.FindAsync(FirstGuess * 8, TryServerAsync);

        var pairs = new List<(double Usual, double Server)>();
        while (pairs.Count < rig.Options.Pairs)
        {
            usualRate = await SustainedRate.RefineAsync(usualRate, rate => usual.TryAsync(rate, seconds, cancellationToken));
            serverRate = await SustainedRate.RefineAsync(serverRate, TryServerAsync);
            pairs.Add((usualRate, serverRate));
            Report.Progress($"  hand-written {usualRate:N0}/s, server {serverRate:N0}/s, ratio {serverRate / usualRate:F1}");
        }

        Tell(report, pairs);

        async Task<Window> TryServerAsync(double rate)
        {
            var window = await rig.LoadAsync(server, new Shape(targets, Connections, Batch: 1, rate), seconds, cancellationToken);
            Report.Progress($"    server at {rate:N0}/s: {SustainedRate.Verdict(window)}");
            return window;
        }
    }

    private static void Tell(Report report, List<(double Usual, double Server)> pairs)
    {
        var ratio = Spread.Of(pairs.Select(pair => pair.Server / pair.Usual));
        var usual = Spread.Of(pairs.Select(pair => pair.Usual));
        var server = Spread.Of(pairs.Select(pair => pair.Server));
        report.Goal("open loop, over the hand-written usual", $"{ratio.Show("F1")} ×", "8 ×", "15 ×");
        report.Detail($"polling: the server keeps up with {server.Show("N0")}/s, the hand-written usual with {usual.Show("N0")}/s.");
        report.Json["polling"] = new JsonObject
        {
            ["perSecond"] = usual.Rounded(0),
            ["serverPerSecond"] = server.Rounded(0),
            ["ratio"] = ratio.Rounded(1),
            ["ratioRange"] = ratio.Range(1),
        };
    }

    /// <summary>The hand-written usual in a process of its own, with a database of its own beside the idle server's.</summary>
    private sealed class Usual(Rig rig, Role<object> role, int port, string connectionString, Target target) : IAsyncDisposable
    {
        private static readonly TimeSpan PatienceForStart = TimeSpan.FromSeconds(20);

        public static async Task<Usual> StartAsync(Rig rig, Server server, CancellationToken cancellationToken)
        {
            await ExecuteAsync(server.ConnectionString, "create database polling", cancellationToken);
            var connectionString = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = "polling" }.ConnectionString;
            var endpoint = rig.TakeEndpoints(1);
            var role = new Role<object>("polling", connectionString, rig.EndpointUrl(endpoint).ToString());
            var listening = await role.HearAsync<Listening>(PatienceForStart, cancellationToken);
            return new Usual(rig, role, listening.Port, connectionString, new Target("none", endpoint, 1));
        }

        public async Task<Window> TryAsync(double rate, double seconds, CancellationToken cancellationToken)
        {
            var window = await rig.LoadAsync(
                port, new Shape([target], Connections, Batch: 1, rate), seconds, () => Task.CompletedTask, cancellationToken);
            Report.Progress($"    hand-written at {rate:N0}/s: {SustainedRate.Verdict(window)}");
            // Each trial begins with empty tables: its best case.
            await ExecuteAsync(connectionString, "truncate polling_deliveries, polling_events", cancellationToken);
            return window;
        }

        public ValueTask DisposeAsync() => role.DisposeAsync();

        private static async Task ExecuteAsync(string connectionString, string sql, CancellationToken cancellationToken)
        {
            await using var database = NpgsqlDataSource.Create(connectionString);
            await using var command = database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
