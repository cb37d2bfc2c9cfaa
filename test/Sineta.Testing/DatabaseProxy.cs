using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace Sineta.Testing;

/// <summary>Stands between a node and PostgreSQL, and cuts the line when told to: at once, or between a statement and its answer.</summary>
public sealed class DatabaseProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly List<Line> _lines = [];
    private readonly string _server;
    private readonly Task _accepting;
    private byte[][] _fatal = [];
    private bool _isCut;

    private DatabaseProxy(string connectionString)
    {
        _server = connectionString;
        _listener.Start();
        _accepting = AcceptAsync();
        ConnectionString = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
            SslMode = SslMode.Disable,
        }.ConnectionString;
    }

    /// <summary>Reaches the same database through here.</summary>
    public string ConnectionString { get; }

    /// <summary>How often a line was cut after what it said.</summary>
    public int Cuts { get; private set; }

    public static DatabaseProxy Before(string connectionString) => new(connectionString);

    /// <summary>
    /// The next line over which all of <paramref name="texts"/> were sent, in this order, is cut before the last one's answer passes.
    /// </summary>
    public void CutAfter(params string[] texts)
    {
        lock (_lock)
        {
            _fatal = Array.ConvertAll(texts, Encoding.UTF8.GetBytes);
        }
    }

    /// <summary>Cuts every line, and takes no other.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            _isCut = true;
            _lines.ForEach(static line => line.Dispose());
            _lines.Clear();
        }
    }

    /// <summary>Takes lines again.</summary>
    public void Mend()
    {
        lock (_lock)
        {
            _isCut = false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Cut();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptSocketAsync(_stopping.Token);
            var line = new Line(client, await ConnectAsync());
            lock (_lock)
            {
                if (_isCut)
                    line.Dispose();
                else
                    _lines.Add(line);
            }

            _ = ForwardAsync(line);
            _ = ReturnAsync(line);
        }
    }

    private async Task<Socket> ConnectAsync()
    {
        var server = new NpgsqlConnectionStringBuilder(_server);
        EndPoint address = server.Host!.StartsWith('/')
            ? new UnixDomainSocketEndPoint($"{server.Host}/.s.PGSQL.{server.Port}")
            : new DnsEndPoint(server.Host, server.Port);
        var socket = address is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address, _stopping.Token);
        return socket;
    }

    private async Task ForwardAsync(Line line)
    {
        var buffer = new byte[256 * 1024];
        try
        {
            for (int read; (read = await line.Client.ReceiveAsync(buffer, _stopping.Token)) > 0;)
            {
                Listen(line, buffer.AsSpan(0, read));
                await line.Server.SendAsync(buffer.AsMemory(0, read), _stopping.Token);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
        }

        line.Dispose();
    }

    private async Task ReturnAsync(Line line)
    {
        var buffer = new byte[256 * 1024];
        try
        {
            for (int read; (read = await line.Server.ReceiveAsync(buffer, _stopping.Token)) > 0 && !line.IsDoomed;)
                await line.Client.SendAsync(buffer.AsMemory(0, read), _stopping.Token);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
        }

        line.Dispose();
    }

    private void Listen(Line line, ReadOnlySpan<byte> said)
    {
        lock (_lock)
        {
            while (line.Heard < _fatal.Length && said.IndexOf(_fatal[line.Heard]) is >= 0 and var at)
            {
                said = said[(at + _fatal[line.Heard].Length)..];
                line.Heard++;
            }

            if (_fatal.Length == 0 || line.Heard < _fatal.Length)
                return;
            line.IsDoomed = true;
            _fatal = [];
            Cuts++;
        }
    }

    private sealed record Line(Socket Client, Socket Server) : IDisposable
    {
        public int Heard { get; set; }

        public bool IsDoomed { get; set; }

        public void Dispose()
        {
            Client.Dispose();
            Server.Dispose();
        }
    }
}
