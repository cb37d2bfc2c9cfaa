using System.Buffers.Text;
using System.Text;

namespace Sineta.Bench.Load;

/// <summary>
/// A POST built once: for each send only the numbers that make its events unique are overwritten, and the head of the institution is
/// copied before the body. One thread uses it, and a send copies the bytes into the kernel before the next begins.
/// </summary>
internal sealed class PostTemplate
{
    private const int RoomForHead = 1_024;

    private readonly byte[] _bytes;
    private readonly int[] _slots;
    private readonly int _slotsAnEvent;

    private PostTemplate(string body, int events)
    {
        _bytes = [.. new byte[RoomForHead], .. Encoding.UTF8.GetBytes(body)];
        _slots = [.. SlotsIn(_bytes)];
        _slotsAnEvent = _slots.Length / events;
        Events = events;
    }

    public int Events { get; }

    /// <summary>Where the load's server takes events: one, or many a POST.</summary>
    public string Path => Events == 1 ? "/v1/events" : "/v1/events/batch";

    /// <summary>One event of the type at <paramref name="type"/>.</summary>
    public static PostTemplate Single(int type, string run) => new(Item(type, run), 1);

    /// <summary>Many events of the first type, or of the five types in turn.</summary>
    public static PostTemplate Batch(int events, int types, string run) =>
        new($$"""{"events":[{{string.Join(',', Enumerable.Range(0, events).Select(i => Item(i % types, run)))}}]}""", events);

    public byte[] HeadFor(string apiKey, int port) => Encoding.ASCII.GetBytes(
        $"POST {Path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {apiKey}\r\n" +
        $"Content-Type: application/json\r\nContent-Length: {_bytes.Length - RoomForHead}\r\n\r\n");

    /// <summary>The whole POST; its events are numbered from <paramref name="number"/>. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Compose(byte[] head, long number)
    {
        head.CopyTo(_bytes, RoomForHead - head.Length);
        for (var i = 0; i < _slots.Length; i++)
            _ = Utf8Formatter.TryFormat(EventBodies.FirstNumber + number + i / _slotsAnEvent, _bytes.AsSpan(_slots[i]), out _);
        return _bytes.AsSpan(RoomForHead - head.Length);
    }

    private static string Item(int type, string run)
    {
        var (slug, data) = EventBodies.All[type];
        return $$"""{"type":"{{slug}}","data":{{data}},"dedupe_key":"{{run}}-{{EventBodies.Slot}}"}""";
    }

    private static IEnumerable<int> SlotsIn(byte[] bytes)
    {
        var slot = Encoding.ASCII.GetBytes(EventBodies.Slot);
        for (var from = 0; bytes.AsSpan(from).IndexOf(slot) is >= 0 and var found; from += found + slot.Length)
            yield return from + found;
    }
}
