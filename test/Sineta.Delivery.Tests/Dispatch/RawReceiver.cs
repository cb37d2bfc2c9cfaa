using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sineta.Delivery.Tests.Dispatch;

/// <summary>A receiver that speaks bytes, so that it can misbehave: reads each request whole, then does as the test says.</summary>
public sealed class RawReceiver : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<Stream, CancellationToken, Task> _answer;
    private readonly Func<NetworkStream, Task<Stream>> _wrap;
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;
    private int _accepted;

    /// <param name="answer">Writes one answer; returning keeps the connection for the next request, throwing ends it.</param>
    /// <param name="wrap">Wraps each connection, with TLS for instance.</param>
    public RawReceiver(Func<Stream, CancellationToken, Task> answer, Func<NetworkStream, Task<Stream>>? wrap = null)
    {
        _answer = answer;
        _wrap = wrap ?? (stream => Task.FromResult<Stream>(stream));
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => _accepted;

    /// <summary>The heads and bodies of the requests, as they came.</summary>
    public ConcurrentQueue<(string Head, string Body)> Requests { get; } = new();

    /// <summary>A receiver that gives every request the same answer, <c>\n</c> standing for CRLF.</summary>
    public static RawReceiver Answering(string answer) =>
        new((stream, cancellationToken) => stream.WriteAsync(Wire(answer), cancellationToken).AsTask());

    public static byte[] Wire(string text) => Encoding.Latin1.GetBytes(text.ReplaceLineEndings("\r\n"));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_connections);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                Interlocked.Increment(ref _accepted);
                _connections.Add(ServeAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                await using var stream = await _wrap(client.GetStream());
                while (await ReadRequestAsync(stream) is { } request)
                {
                    Requests.Enqueue(request);
                    await _answer(stream, _stopping.Token);
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
        }
    }

    private async Task<(string Head, string Body)?> ReadRequestAsync(Stream stream)
    {
        var text = "";
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0 && text.Length - end - 4 >= LengthIn(text[..end]))
                return (text[..end], Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(text[(end + 4)..])));
            var read = await stream.ReadAsync(buffer, _stopping.Token);
            if (read == 0)
                return null;
            text += Encoding.Latin1.GetString(buffer, 0, read);
        }
    }

    private static int LengthIn(string head)
    {
        foreach (var line in head.Split("\r\n"))
        {
            if (line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))
                return int.Parse(line[16..], System.Globalization.CultureInfo.InvariantCulture);
        }
        return 0;
    }
}
