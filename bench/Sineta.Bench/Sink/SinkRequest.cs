using System.Buffers.Text;
using System.Text;
using Sineta.Bench.Wire;

namespace Sineta.Bench.Sink;

/// <summary>As much of one HTTP/1.1 request as the sink needs.</summary>
internal ref struct SinkRequest
{
    private static ReadOnlySpan<byte> EndOfHead => "\r\n\r\n"u8;

    /// <summary>Bytes of head and body together.</summary>
    public int Length;
    public int Endpoint;
    public UInt128 Event;
    public bool Signed;
    public ReadOnlySpan<byte> Body;

    /// <summary>False while the request is not complete.</summary>
    public static bool TryRead(ReadOnlySpan<byte> received, out SinkRequest request)
    {
        request = default;
        var endOfHead = received.IndexOf(EndOfHead);
        if (endOfHead < 0)
            return false;

        var head = received[..(endOfHead + 2)];
        var contentLength = 0;
        request.Endpoint = EndpointOf(TakeLine(ref head));
        while (!head.IsEmpty)
            request.ReadHeader(TakeLine(ref head), ref contentLength);

        var startOfBody = endOfHead + EndOfHead.Length;
        request.Length = startOfBody + contentLength;
        if (received.Length < request.Length)
            return false;
        request.Body = received.Slice(startOfBody, contentLength);
        return true;
    }

    private void ReadHeader(scoped ReadOnlySpan<byte> line, ref int contentLength)
    {
        if ((line[0] | 0x20) == 'w')
        {
            if (IsNamed(line, "webhook-id:"u8))
                _ = EventKey.TryParse(ValueOf(line, "webhook-id:".Length), out Event);
            else
                Signed |= IsNamed(line, "webhook-signature:"u8);
        }
        else if ((line[0] | 0x20) == 'c' && IsNamed(line, "content-length:"u8))
        {
            _ = Utf8Parser.TryParse(ValueOf(line, "content-length:".Length), out contentLength, out _);
        }
    }

    // POST /e/17 HTTP/1.1
    private static int EndpointOf(ReadOnlySpan<byte> requestLine) =>
        requestLine.StartsWith("POST /e/"u8) && Utf8Parser.TryParse(requestLine["POST /e/".Length..], out int endpoint, out _)
            ? endpoint
            : -1;

    private static bool IsNamed(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length >= name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name);

    private static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> line, int from) => line[from..].Trim((byte)' ');

    private static ReadOnlySpan<byte> TakeLine(scoped ref ReadOnlySpan<byte> head)
    {
        var end = head.IndexOf((byte)'\n');
        var line = head[..(end - 1)];
        head = head[(end + 1)..];
        return line;
    }
}
