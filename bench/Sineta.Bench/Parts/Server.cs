using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Npgsql;

namespace Sineta.Bench.Parts;

/// <summary>The server as shipped, with an embedded PostgreSQL of its own, in a data folder of its own.</summary>
internal sealed partial class Server : IAsyncDisposable
{
    public const string OperatorKey = "sk_operator_of_the_bench_0123456789abcdef0123456789abcdef";
    private const int Interrupt = 2, Terminate = 15;
    private static readonly TimeSpan PatienceForStart = TimeSpan.FromSeconds(90), PatienceForEnd = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly string _data, _log;

    private Server(string name, string program, RunFolder folder, bool demoSchool)
    {
        (_data, _log, Port) = (folder.PathOf(name), folder.PathOf($"{name}.log"), FreePort());
        // A shell's redirection, so that nobody has to copy the server's log while it is measured.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec dotnet \"$0\" --urls \"$1\" >\"$2\" 2>&1", program, Address, _log])
        {
            WorkingDirectory = Path.GetDirectoryName(program),
        };
        start.Environment["Sineta__OperatorKey"] = OperatorKey;
        start.Environment["Sineta__DataDirectory"] = _data;
        start.Environment["Sineta__DemoSchool"] = demoSchool.ToString();
        start.Environment["Delivery__AllowedNetworks__0"] = "127.0.0.0/8";
        start.Environment["Delivery__AllowHttp"] = "true";
        _process = Process.Start(start)!;
        Api = new ServerApi(new Uri(Address), OperatorKey);
    }

    public int Port { get; }
    public int ProcessId => _process.Id;
    public ServerApi Api { get; }

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>The process that all of this server's PostgreSQL processes come from.</summary>
    public int PostmasterId => int.Parse(PostmasterLines()[0]);

    /// <summary>Reaches the server's own database, past the server.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = PostmasterLines()[4],
        Username = "sineta",
        Database = "sineta",
        CommandTimeout = 0,
    }.ConnectionString;

    /// <param name="program">The built server.</param>
    /// <param name="demoSchool">Whether its first institution has the demo school.</param>
    public static async Task<Server> StartAsync(
        string name, string program, RunFolder folder, bool demoSchool, CancellationToken cancellationToken)
    {
        var server = new Server(name, program, folder, demoSchool);
        try
        {
            await server.UntilReadyAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The first institution's key, which a new server shows once.</summary>
    public async Task<string> FirstKeyAsync(CancellationToken cancellationToken)
    {
        var shown = FirstKey().Match(await File.ReadAllTextAsync(_log, cancellationToken));
        return shown.Success ? shown.Value : throw new BenchFailedException("The server has not shown the key of its first institution.");
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        _ = kill(_process.Id, Terminate);
        try
        {
            await _process.WaitForExitAsync().WaitAsync(PatienceForEnd);
        }
        catch (TimeoutException)
        {
            await Console.Error.WriteLineAsync("The server did not stop in time and is killed.");
            _process.Kill();
        }

        _process.Dispose();
        await StopPostgresAsync();
    }

    private async Task UntilReadyAsync(CancellationToken cancellationToken)
    {
        for (var patience = Stopwatch.StartNew(); !await Api.IsReadyAsync(cancellationToken);)
        {
            if (_process.HasExited || patience.Elapsed > PatienceForStart)
                throw new BenchFailedException($"The server did not start:\n{await File.ReadAllTextAsync(_log, cancellationToken)}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }
    }

    // A server that stops takes its PostgreSQL along; one that crashed does not.
    private async Task StopPostgresAsync()
    {
        for (var patience = Stopwatch.StartNew(); File.Exists(PostmasterFile) && patience.Elapsed < PatienceForEnd;)
        {
            _ = kill(PostmasterId, Interrupt);
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }

    private string PostmasterFile => Path.Combine(_data, "postgres", "postmaster.pid");

    // The process id, the data folder, the moment of the start, the port, the folder of the socket, …
    private string[] PostmasterLines() => File.ReadAllLines(PostmasterFile);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("(?<=The key of institution .*: )sk_[A-Za-z0-9_-]+")]
    private static partial Regex FirstKey();

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
