using System.Buffers.Binary;

namespace Sineta.Delivery.Storage;

/// <summary>
/// Makes UUIDv7 ids that grow within this process: 48 bits of Unix milliseconds, a 12-bit counter within the millisecond, 62 random bits.
/// Ids made in a row sort in that order, which the strict order per learner and the cascade of one action rely on. They are no secrets: the
/// random bits only keep two nodes apart.
/// </summary>
public sealed class IdGenerator(TimeProvider time)
{
    private const int CounterValues = 1 << 12;
    private readonly Lock _lock = new();
    private readonly Random _random = new();
    private long _last; // milliseconds · 4096 + counter

    /// <summary>The next id; later than every id this generator made before.</summary>
    public Guid Next()
    {
        var moment = time.GetUtcNow().ToUnixTimeMilliseconds() * CounterValues;
        Span<byte> bytes = stackalloc byte[16];
        lock (_lock)
        {
            _last = moment = Math.Max(moment, _last + 1);
            _random.NextBytes(bytes[8..]);
        }

        return Compose(bytes, moment);
    }

    /// <summary>The smallest id of its millisecond: ids below it were made before <paramref name="moment"/>.</summary>
    public static Guid FirstAt(DateTimeOffset moment) => Compose(stackalloc byte[16], moment.ToUnixTimeMilliseconds() * CounterValues, floor: true);

    /// <summary>When an id was made, to the millisecond, in UTC.</summary>
    public static DateTimeOffset TimeOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes) >> 16);
    }

    private static Guid Compose(Span<byte> bytes, long moment, bool floor = false)
    {
        var (milliseconds, counter) = Math.DivRem(moment, CounterValues);
        BinaryPrimitives.WriteInt64BigEndian(bytes, (milliseconds << 16) | (floor ? 0 : 0x7000 | counter));
        if (!floor)
            bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
