using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sineta.Bench.Wire;

namespace Sineta.Bench.Load;

/// <summary>What one POST was for: kept until its answer comes.</summary>
internal readonly record struct Post(Target Target, int Type, int Events, long IntendedAt);

/// <summary>One keep-alive connection with at most one POST under way.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly LoadRun _run;
    private byte[] _buffer = new byte[16 * 1024];
    private int _filled;

    public LoadConnection(LoadRun run, int port)
    {
        _run = run;
        _socket.Connect(IPAddress.Loopback, port);
    }

    public int Descriptor => (int)_socket.Handle;

    /// <summary>What is being posted; null while idle.</summary>
    public Post? Post { get; private set; }

    public bool IsLost { get; private set; }

    public void Send(ReadOnlySpan<byte> request, in Post post)
    {
        Post = post;
        LinuxSockets.Send(Descriptor, request);
    }

    public void Dispose() => _socket.Dispose();

    public void OnReadable()
    {
        if (_filled == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var received = LinuxSockets.Receive(Descriptor, _buffer.AsSpan(_filled));
        if (received == 0)
        {
            IsLost = true;
            _run.Lost(this);
        }

        if (received <= 0)
            return;

        _filled += received;
        if (!IsComplete(_buffer.AsSpan(0, _filled)))
            return;
        var answer = _buffer.AsSpan(0, _filled);
        _filled = 0;
        _ = Utf8Parser.TryParse(answer["HTTP/1.1 ".Length..], out int status, out _);
        var post = Post!.Value;
        Post = null;
        _run.Answered(this, post, status, answer);
    }

    private static bool IsComplete(ReadOnlySpan<byte> answer)
    {
        var endOfHead = answer.IndexOf("\r\n\r\n"u8);
        if (endOfHead < 0)
            return false;
        var body = answer[(endOfHead + 4)..];
        var head = answer[..(endOfHead + 2)];
        return ContentLength(head) is { } length ? body.Length >= length : body.EndsWith("0\r\n\r\n"u8);
    }

    private static int? ContentLength(ReadOnlySpan<byte> head)
    {
        var name = "\r\ncontent-length: "u8;
        for (var at = 0; at + name.Length < head.Length; at++)
        {
            var line = head[at..].IndexOf((byte)'\r');
            if (line < 0)
                return null;
            at += line;
            if (head.Length > at + name.Length && Ascii.EqualsIgnoreCase(head.Slice(at, name.Length), name))
                return Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _) ? length : null;
        }

        return null;
    }
}
