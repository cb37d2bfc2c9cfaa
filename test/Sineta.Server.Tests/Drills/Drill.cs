using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Npgsql;
using Sineta.Events;
using Sineta.Server.Tests.Api;
using Sineta.Testing;

namespace Sineta.Server.Tests.Drills;

/// <summary>
/// Real servers under load, a receiver that outlives them, and what is asked of them in the end, whatever was done to them: every accepted
/// event arrived, the ledger has one end for each delivery, and few arrived twice.
/// </summary>
internal sealed class Drill : IAsyncDisposable
{
    /// <summary>Attempts in flight at a time; their receiver answers at once.</summary>
    private const int MaxInFlight = 16;

    /// <summary>
    /// What a node that dies can have delivered without its record: what is in flight, what waits to be recorded, and the batches that are
    /// being written. The settings keep it small enough to be a test.
    /// </summary>
    public const int MostUnrecorded = MaxInFlight + OutcomeQueue + OutcomeWriters * OutcomeBatch;

    private const int OutcomeQueue = 50;
    private const int OutcomeWriters = 2;
    private const int OutcomeBatch = 25;
    private const string OperatorKey = "sk_operator_of_the_drills";

    private readonly List<ServerProcess> _servers = [];
    private readonly HashSet<ServerProcess> _killed = [];
    private readonly Dictionary<string, string> _settings;
    private readonly RecordingReceiver _receiver;
    private Publishers? _publishers;
    private int _turn;

    private Drill(Dictionary<string, string> settings, RecordingReceiver receiver) => (_settings, _receiver) = (settings, receiver);

    /// <summary>Publishes in turn to the servers that run.</summary>
    public Publishers Publishers => _publishers ?? throw new InvalidOperationException("No server was started yet.");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="settings">Where the servers have their database.</param>
    public static async Task<Drill> PrepareAsync(params (string Name, string Value)[] settings)
    {
        var receiver = await RecordingReceiver.StartAsync(Stop);
        receiver.Answer = EchoAsync;
        return new Drill(
            new Dictionary<string, string>
            {
                ["Sineta__OperatorKey"] = OperatorKey,
                ["Sineta__SecretKey"] = Convert.ToBase64String(new byte[32]),
                ["Delivery__LeaseTime"] = "00:00:05",
                ["Delivery__OutcomeQueue"] = OutcomeQueue.ToString(CultureInfo.InvariantCulture),
                ["Delivery__OutcomeWriters"] = OutcomeWriters.ToString(CultureInfo.InvariantCulture),
                ["Delivery__OutcomeBatch"] = OutcomeBatch.ToString(CultureInfo.InvariantCulture),
                ["Logging__LogLevel__Default"] = "Warning",
            }.Concat(settings.Select(s => KeyValuePair.Create(s.Name, s.Value))).ToDictionary(),
            receiver);
    }

    /// <summary>Starts a server; the first one also makes the institution and its endpoint.</summary>
    public async Task<ServerProcess> StartServerAsync()
    {
        var server = await ServerProcess.StartAsync(_settings, Stop);
        _publishers ??= new Publishers(NextAddress, await MakeEndpointAsync(server));
        lock (_servers)
        {
            _servers.Add(server);
        }

        return server;
    }

    /// <summary>Kills a server as <c>kill -9</c> does.</summary>
    public async Task KillAsync(ServerProcess server)
    {
        await server.KillAsync(Stop);
        lock (_servers)
        {
            _killed.Add(server);
        }
    }

    /// <summary>Publishes some thousand events, and does <paramref name="harm"/> when a third of them is accepted.</summary>
    public async Task UnderLoadAsync(Func<Task> harm)
    {
        const int Events = 3_000;
        var publishing = Publishers.PublishAsync(Events, Stop);
        await Eventually.TrueAsync(() => Publishers.AcceptedCount >= Events / 3, Stop);
        await harm();
        await publishing.WaitAsync(TimeSpan.FromMinutes(5), Stop);
        Assert.Equal(Events, Publishers.AcceptedCount);
    }

    /// <summary>Waits until nothing is open, and compares what was accepted, what lies in the ledger, and what arrived.</summary>
    public async Task AssertKeptAsync(string connectionString, int mostDuplicates)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await Eventually.TrueAsync(async () => await CountAsync(database, "select count(*) from unconcluded_deliveries") == 0, Stop);
        string[] arrived =
            [.. _receiver.Received.Where(r => r.Headers["sineta-event"] == EventTypes.CourseEnrollment.Slug).Select(r => r.WebhookId)];
        var duplicates = arrived.Length - arrived.Distinct().Count();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{Publishers.AcceptedCount} accepted, {Publishers.Failures} publications tried again, {arrived.Length} arrived, "
            + $"{duplicates} of them twice (at most {mostDuplicates}), {await CountAsync(database, "select count(*) from attempts")} attempts on record");

        Assert.Empty(Publishers.Accepted.Except(arrived));
        string[] once =
        [
            "select count(*) from events",
            "select count(distinct dedupe_key) from events",
            "select count(*) from attempts where conclusion = 'delivered' and cause <> 'verification'",
            "select count(distinct event_id) from attempts where conclusion is not null and cause <> 'verification'",
        ];
        foreach (var sql in once)
            Assert.Equal(Publishers.AcceptedCount, await CountAsync(database, sql));
        Assert.InRange(duplicates, 0, mostDuplicates);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        _publishers?.Dispose();
        await _receiver.DisposeAsync();
    }

    private Uri NextAddress()
    {
        lock (_servers)
        {
            var alive = _servers.FindAll(s => !_killed.Contains(s));
            return (alive.Count > 0 ? alive[_turn++ % alive.Count] : _servers[^1]).Address;
        }
    }

    private async Task<string> MakeEndpointAsync(ServerProcess server)
    {
        using var operators = new ApiClient(server.Address, OperatorKey);
        var institution = (await operators.PostAsync("/v1/institutions", new { name = "Escola" })).Ok(HttpStatusCode.Created);
        var key = institution.GetProperty("api_key").GetString()!;
        using var owner = new ApiClient(server.Address, key);
        var made = await owner.PostAsync("/v1/endpoints", new { url = _receiver.Url, max_in_flight = MaxInFlight });
        var endpoint = made.Ok(HttpStatusCode.Created);
        Assert.Equal("active", endpoint.GetProperty("status").GetString());
        return key;
    }

    private static Task EchoAsync(ReceivedRequest request, HttpContext context) =>
        request.Headers["sineta-event"] == EndpointVerification.SlugText
            ? context.Response.WriteAsync(JsonElement.Parse(request.Body).GetProperty("data").GetProperty("challenge").GetString()!)
            : Task.CompletedTask;

    private static async Task<long> CountAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }
}
