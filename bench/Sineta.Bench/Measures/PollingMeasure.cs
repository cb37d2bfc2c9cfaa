using System.Text.Json.Nodes;
using Npgsql;
using Sineta.Bench.Parts;
using Sineta.Bench.Wire;

namespace Sineta.Bench.Measures;

/// <summary>
/// The rate that the server keeps up with in an open loop, over that of the hand-written usual on the same PostgreSQL: row by row, and, for
/// who wonders, fifty rows at a time.
/// </summary>
internal static class PollingMeasure
{
    private const int Connections = 256;
    private const int Many = 50;
    private const double FirstGuess = 1_000;

    public static async Task RunAsync(
        Rig rig, Server server, Report report, IReadOnlyList<Target> targets, CancellationToken cancellationToken)
    {
        Report.Progress($"polling: the highest rate kept up with in an open loop, {rig.Options.Pairs} pairs");
        await using var single = await Usual.StartAsync(rig, server, rowsAtATime: 1, cancellationToken);
        await using var batched = await Usual.StartAsync(rig, server, Many, cancellationToken);
        var rates = new Rates(
            await SustainedRate.FindAsync(FirstGuess, rate => single.TryAsync(rate, cancellationToken)),
            await SustainedRate.FindAsync(FirstGuess, rate => batched.TryAsync(rate, cancellationToken)),
            await SustainedRate.FindAsync(FirstGuess * 8, TryServerAsync));

        var pairs = new List<Rates>();
        while (pairs.Count < rig.Options.Pairs)
        {
            rates = new Rates(
                await SustainedRate.RefineAsync(rates.RowByRow, rate => single.TryAsync(rate, cancellationToken)),
                await SustainedRate.RefineAsync(rates.Batched, rate => batched.TryAsync(rate, cancellationToken)),
                await SustainedRate.RefineAsync(rates.Server, TryServerAsync));
            pairs.Add(rates);
            Report.Progress($"  hand-written {rates.RowByRow:N0}/s, {rates.Batched:N0}/s with {Many} rows at a time, server {rates.Server:N0}/s");
        }

        Tell(report, pairs);

        async Task<Window> TryServerAsync(double rate)
        {
            var window = await rig.LoadAsync(
                server, new Shape(targets, Connections, Batch: 1, rate), rig.Options.Seconds, cancellationToken);
            Report.Progress($"    server at {rate:N0}/s: {SustainedRate.Verdict(window)}");
            return window;
        }
    }

    private static void Tell(Report report, List<Rates> pairs)
    {
        var ratio = Spread.Of(pairs.Select(pair => pair.Server / pair.RowByRow));
        var ratioBatched = Spread.Of(pairs.Select(pair => pair.Server / pair.Batched));
        var usual = Spread.Of(pairs.Select(pair => pair.RowByRow));
        var batched = Spread.Of(pairs.Select(pair => pair.Batched));
        var server = Spread.Of(pairs.Select(pair => pair.Server));
        report.Goal("open loop, over the hand-written usual", $"{ratio.Show("F1")} ×", "8 ×", "15 ×");
        report.Goal($"the same, where it claims {Many} rows at a time", $"{ratioBatched.Show("F1")} ×", "", "");
        report.Detail(
            $"polling: the server keeps up with {server.Show("N0")}/s, the hand-written usual with {usual.Show("N0")}/s, " +
            $"with {batched.Show("N0")}/s where it claims {Many} rows at a time.");
        report.Json["polling"] = new JsonObject
        {
            ["perSecond"] = usual.Rounded(0),
            ["batchedPerSecond"] = batched.Rounded(0),
            ["serverPerSecond"] = server.Rounded(0),
            ["ratio"] = ratio.Rounded(1),
            ["ratioRange"] = ratio.Range(1),
            ["batchedRatio"] = ratioBatched.Rounded(1),
            ["batchedRatioRange"] = ratioBatched.Range(1),
        };
    }

    private sealed record Rates(double RowByRow, double Batched, double Server);

    /// <summary>The hand-written usual in a process of its own, with a database of its own beside the idle server's.</summary>
    private sealed class Usual(Rig rig, Role<object> role, int port, string connectionString, Target target, int rowsAtATime)
        : IAsyncDisposable
    {
        private static readonly TimeSpan PatienceForStart = TimeSpan.FromSeconds(20);

        public static async Task<Usual> StartAsync(Rig rig, Server server, int rowsAtATime, CancellationToken cancellationToken)
        {
            var name = $"polling_{rowsAtATime}";
            await ExecuteAsync(server.ConnectionString, $"create database {name}", cancellationToken);
            var connectionString = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name }.ConnectionString;
            var endpoint = rig.TakeEndpoints(1);
            var role = new Role<object>("polling", connectionString, rig.EndpointUrl(endpoint).ToString(), $"{rowsAtATime}");
            var listening = await role.HearAsync<Listening>(PatienceForStart, cancellationToken);
            return new Usual(rig, role, listening.Port, connectionString, new Target("none", endpoint, 1), rowsAtATime);
        }

        public async Task<Window> TryAsync(double rate, CancellationToken cancellationToken)
        {
            var window = await rig.LoadAsync(
                port, new Shape([target], Connections, Batch: 1, rate), rig.Options.Seconds, () => Task.CompletedTask, cancellationToken);
            Report.Progress($"    hand-written, {rowsAtATime} at a time, at {rate:N0}/s: {SustainedRate.Verdict(window)}");
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
