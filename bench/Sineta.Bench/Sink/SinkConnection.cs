using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Sineta.Bench.Wire;

namespace Sineta.Bench.Sink;

/// <summary>One keep-alive connection: reads requests, tells the role of them, sends the answers.</summary>
internal sealed class SinkConnection(Socket socket, SinkRole sink)
{
    private readonly int _descriptor = (int)socket.Handle;
    private byte[] _buffer = new byte[8 * 1024];
    private int _filled;
    private bool _closed;

    private static ReadOnlySpan<byte> Answer => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8;

    public void OnReadable()
    {
        if (_filled == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var received = LinuxSockets.Receive(_descriptor, _buffer.AsSpan(_filled));
        if (received == 0)
            Close();
        if (received <= 0)
            return;

        _filled += received;
        var handled = 0;
        while (SinkRequest.TryRead(_buffer.AsSpan(handled, _filled - handled), out var request))
        {
            handled += request.Length;
            if (request.Body.IndexOf("webhooks.endpoint.verification"u8) >= 0)
                Verify(request.Body);
            else if (!sink.Arrived(request, this))
                Respond();
        }

        _buffer.AsSpan(handled, _filled - handled).CopyTo(_buffer);
        _filled -= handled;
    }

    public void Respond()
    {
        // A hung request's sender may have given up, and its descriptor be another connection's by now.
        if (!_closed)
            LinuxSockets.Send(_descriptor, Answer);
    }

    private void Close()
    {
        _closed = true;
        sink.Forget(_descriptor);
        socket.Dispose();
    }

    private void Verify(ReadOnlySpan<byte> body)
    {
        var challenge = ChallengeIn(body);
        var head = $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {challenge.Length}\r\n\r\n";
        LinuxSockets.Send(_descriptor, Encoding.ASCII.GetBytes(head + challenge));
    }

    private static string ChallengeIn(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("challenge"u8) && json.Read())
                return json.GetString() ?? "";
        }

        return "";
    }
}
