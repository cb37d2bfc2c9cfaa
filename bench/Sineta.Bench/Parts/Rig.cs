using System.Collections.Concurrent;
using System.Diagnostics;
using Sineta.Bench.Load;
using Sineta.Bench.Measures;
using Sineta.Bench.Wire;

namespace Sineta.Bench.Parts;

/// <summary>All processes of a run, and one stretch of load on them at a time.</summary>
internal sealed class Rig : IAsyncDisposable
{
    private static readonly TimeSpan PatienceForReply = TimeSpan.FromSeconds(60), PatienceForArrivals = TimeSpan.FromSeconds(60);
    private static readonly int[] RawConcurrencies = [32, 64, 128, 256];
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    private const double SecondsToTune = 3;

    private readonly string _program;
    private readonly int _sinkPort;
    private readonly Role<SinkCommand> _sink;
    private readonly Role<LoadCommand> _load = new("load");
    private readonly Role<RawCommand> _raw = new("raw");
    private readonly List<Server> _servers = [];
    private readonly Dictionary<int, string> _parts;
    private int _endpoints = 1;
    private int _rawConcurrency = 64;

    private Rig(BenchOptions options, RunFolder folder, string program, Role<SinkCommand> sink, int sinkPort)
    {
        (Options, Folder, _program, _sink, _sinkPort) = (options, folder, program, sink, sinkPort);
        _parts = new()
        {
            [Environment.ProcessId] = "bench",
            [sink.ProcessId] = "sink",
            [_load.ProcessId] = "load",
            [_raw.ProcessId] = "raw",
        };
    }

    public BenchOptions Options { get; }
    public RunFolder Folder { get; }

    public static async Task<Rig> StartAsync(BenchOptions options, RunFolder folder, string program, CancellationToken cancellationToken)
    {
        var sink = new Role<SinkCommand>("sink");
        var listening = await sink.HearAsync<Listening>(PatienceForReply, cancellationToken);
        return new Rig(options, folder, program, sink, listening.Port);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        await _load.DisposeAsync();
        await _raw.DisposeAsync();
        await _sink.DisposeAsync();
    }

    public Task<Server> StartServerAsync(string name, CancellationToken cancellationToken) =>
        StartServerAsync(name, demoSchool: false, cancellationToken);

    /// <param name="demoSchool">Whether its first institution has the demo school.</param>
    public async Task<Server> StartServerAsync(string name, bool demoSchool, CancellationToken cancellationToken)
    {
        var server = await Server.StartAsync(name, _program, Folder, demoSchool, cancellationToken);
        _servers.Add(server);
        _parts[server.ProcessId] = $"{name} server";
        _parts[server.PostmasterId] = $"{name} postgres";
        return server;
    }

    public async Task StopServerAsync(Server server)
    {
        _servers.Remove(server);
        await server.DisposeAsync();
    }

    /// <summary>Numbers endpoints at the sink that nobody has yet.</summary>
    public int TakeEndpoints(int count) => Interlocked.Add(ref _endpoints, count) - count;

    public Uri EndpointUrl(int number) => new($"http://127.0.0.1:{_sinkPort}/e/{number}");

    /// <summary>An institution with endpoints that take every event.</summary>
    /// <param name="maxInFlight">Of each endpoint; null: the server's default.</param>
    public Task<Target> AddInstitutionAsync(Server server, int endpoints, int? maxInFlight, CancellationToken cancellationToken) =>
        AddInstitutionAsync(server, [.. Enumerable.Repeat<string[]>([], endpoints)], maxInFlight, cancellationToken);

    /// <summary>Institutions with one endpoint each, which takes every event.</summary>
    public Task<Target[]> AddInstitutionsAsync(Server server, int count, CancellationToken cancellationToken) =>
        AddInstitutionsAsync(server, count, [[]], cancellationToken);

    /// <summary>Institutions with five endpoints each, one for each type of event.</summary>
    public Task<Target[]> AddTypedInstitutionsAsync(Server server, int count, CancellationToken cancellationToken) =>
        AddInstitutionsAsync(server, count, [.. EventBodies.All.Select(type => new[] { type.Slug })], cancellationToken);

    private async Task<Target[]> AddInstitutionsAsync(Server server, int count, string[][] types, CancellationToken cancellationToken)
    {
        var added = new ConcurrentBag<Target>();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), cancellationToken,
            async (_, token) => added.Add(await AddInstitutionAsync(server, types, maxInFlight: null, token)));
        return [.. added.OrderBy(target => target.FirstEndpoint)];
    }

    private async Task<Target> AddInstitutionAsync(Server server, string[][] types, int? maxInFlight, CancellationToken cancellationToken)
    {
        var first = TakeEndpoints(types.Length);
        var key = await server.Api.CreateInstitutionAsync($"Bench {first}", cancellationToken);
        for (var i = 0; i < types.Length; i++)
            await server.Api.CreateEndpointAsync(key, EndpointUrl(first + i), types[i], maxInFlight, cancellationToken);
        return new Target(key, first, types.Length);
    }

    /// <summary>The endpoints of these targets answer only after so many seconds; no targets: all answer at once.</summary>
    public Task HangAsync(IReadOnlyList<Target> targets, double seconds, CancellationToken cancellationToken)
    {
        var hang = targets is []
            ? new SinkCommand.Hang(0, 0, 0)
            : new SinkCommand.Hang(targets[0].FirstEndpoint, targets.Sum(target => target.Endpoints), seconds);
        return AskSinkAsync<Arrivals>(hang, cancellationToken);
    }

    /// <summary>The raw limit for a while.</summary>
    public async Task<Window> RawAsync(double seconds, CancellationToken cancellationToken)
    {
        await AskSinkAsync<Arrivals>(new SinkCommand.Reset(), cancellationToken);
        var meter = Meter.Start(_parts);
        var command = new RawCommand(_sinkPort, _rawConcurrency, seconds);
        var posted = await _raw.AskAsync<Posted>(command, PatienceFor(seconds), cancellationToken);
        var usage = meter.Stop(posted.Requests);
        if (posted.Failed > 0)
            throw new BenchFailedException($"{posted.Failed} posts of the raw limit failed.");
        return new Window(posted.Seconds, posted.Requests, usage.Cpu, usage.Foreign, usage.Stolen, 0, null, null);
    }

    /// <summary>Warms the raw limit up, and finds how many posts under way at once are best for it.</summary>
    public async Task TuneRawAsync(CancellationToken cancellationToken)
    {
        await RawAsync(Options.WarmUp, cancellationToken);
        var tried = new Dictionary<int, double>();
        foreach (var concurrency in RawConcurrencies)
        {
            _rawConcurrency = concurrency;
            tried[concurrency] = (await RawAsync(SecondsToTune, cancellationToken)).PerSecond;
        }

        _rawConcurrency = tried.MaxBy(one => one.Value).Key;
        Report.Progress($"raw limit: {string.Join(", ", tried.Select(one => $"{one.Value:N0}/s with {one.Key}"))} posts under way");
    }

    /// <summary>Load on a server, until all of it has arrived and is on record.</summary>
    public async Task<Window> LoadAsync(Server server, Shape shape, double seconds, CancellationToken cancellationToken)
    {
        var statements = await server.Api.SqlStatementsAsync(cancellationToken);
        var window = await LoadAsync(server.Port, shape, seconds, NothingPendingAsync, cancellationToken);
        statements = await server.Api.SqlStatementsAsync(cancellationToken) - statements;
        return window with { SqlStatements = statements / window.Deliveries };

        async Task NothingPendingAsync()
        {
            foreach (var target in shape.Targets.Take(5))
            {
                for (var patience = Stopwatch.StartNew(); patience.Elapsed < PatienceForArrivals;)
                {
                    if (!await server.Api.HasPendingAsync(target.ApiKey, cancellationToken))
                        break;
                    await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
                }
            }
        }
    }

    /// <summary>A load that is put on a server otherwise, until the deliveries of all its events have arrived.</summary>
    /// <param name="load">Answers how many things it did, and how many events came of them, one delivery each.</param>
    public async Task<Window> MeasureAsync(Func<Task<(long Done, long Events)>> load, CancellationToken cancellationToken)
    {
        await AskSinkAsync<Arrivals>(new SinkCommand.Reset(), cancellationToken);
        var meter = Meter.Start(_parts);
        var (done, events) = await load();
        await ArrivedAsync(events, cancellationToken);
        var usage = meter.Stop(done);
        var arrived = (await AskSinkAsync<Arrivals>(new SinkCommand.Count(), cancellationToken)).Distinct;
        if (arrived < events)
            throw new BenchFailedException($"{events - arrived} of {events} deliveries never arrived.");
        return new Window(usage.Seconds, done, usage.Cpu, usage.Foreign, usage.Stolen, 0, null, null);
    }

    /// <summary>Load on whatever listens at the port and speaks like a server.</summary>
    public async Task<Window> LoadAsync(
        int port, Shape shape, double seconds, Func<Task> untilRecorded, CancellationToken cancellationToken)
    {
        await AskSinkAsync<Arrivals>(new SinkCommand.Reset(), cancellationToken);
        var meter = Meter.Start(_parts);
        var loaded = await PostAsync(port, shape, seconds, cancellationToken);
        await ArrivedAsync(loaded.Deliveries, cancellationToken);
        await untilRecorded();
        var usage = meter.Stop(loaded.Deliveries);
        var sink = await ReconcileAsync(0, int.MaxValue, cancellationToken);
        return new Window(usage.Seconds, loaded.Deliveries, usage.Cpu, usage.Foreign, usage.Stolen, 0, loaded, sink);
    }

    /// <summary>Load of which only the deliveries to some endpoints count; waits until those have arrived.</summary>
    public async Task<(Loaded Load, Reconciled Sink)> LoadPartAsync(
        Server server, Shape shape, double seconds, int fromEndpoint, int toEndpoint, CancellationToken cancellationToken)
    {
        await AskSinkAsync<Arrivals>(new SinkCommand.Reset(), cancellationToken);
        var loaded = await PostAsync(server.Port, shape, seconds, cancellationToken);
        var patience = Stopwatch.StartNew();
        var sink = await ReconcileAsync(fromEndpoint, toEndpoint, cancellationToken);
        while (sink.Missing > 0 && patience.Elapsed < PatienceForArrivals)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, cancellationToken);
            sink = await ReconcileAsync(fromEndpoint, toEndpoint, cancellationToken);
        }

        return (loaded, sink);
    }

    private string AcceptedFile => Folder.PathOf("accepted");

    private Task<Loaded> PostAsync(int port, Shape shape, double seconds, CancellationToken cancellationToken)
    {
        var command = new LoadCommand(
            port, shape.Targets, shape.Connections, seconds, shape.Rate, shape.Batch, shape.OneTypeAnEndpoint, AcceptedFile);
        return _load.AskAsync<Loaded>(command, PatienceFor(seconds), cancellationToken);
    }

    private async Task ArrivedAsync(long deliveries, CancellationToken cancellationToken)
    {
        for (var patience = Stopwatch.StartNew(); patience.Elapsed < PatienceForArrivals;)
        {
            if ((await AskSinkAsync<Arrivals>(new SinkCommand.Count(), cancellationToken)).Distinct >= deliveries)
                return;
            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
        }
    }

    private Task<Reconciled> ReconcileAsync(int fromEndpoint, int toEndpoint, CancellationToken cancellationToken) =>
        AskSinkAsync<Reconciled>(new SinkCommand.Reconcile(AcceptedFile, fromEndpoint, toEndpoint), cancellationToken);

    private Task<TReply> AskSinkAsync<TReply>(SinkCommand command, CancellationToken cancellationToken) =>
        _sink.AskAsync<TReply>(command, PatienceForReply, cancellationToken);

    private static TimeSpan PatienceFor(double seconds) => TimeSpan.FromSeconds(seconds) + PatienceForReply;
}
