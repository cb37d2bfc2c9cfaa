using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Npgsql;

namespace Sineta.Delivery.Storage;

/// <summary>
/// Rows for <c>copy … from stdin (format binary)</c>, written column by column into one buffer. For wide rows in bulk this costs PostgreSQL
/// far less than <c>insert … select from unnest</c>: it writes page by page, and keeps no copy of the rows. To be disposed.
/// </summary>
/// <param name="columns">How many columns each row has; each <see cref="BeginRow"/> is followed by as many values.</param>
public sealed class BinaryRows(int columns) : IDisposable
{
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // PGCOPY and its line ends, no flags, no extension: https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4
    private static ReadOnlySpan<byte> Header => [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00, 0, 0, 0, 0, 0, 0, 0, 0];

    // Pooled, for a commit's rows are a large object: made anew each time, they would bring on a collection of all generations each time.
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
    private int _length;

    public bool IsEmpty => _length == 0;

    /// <summary>Sends the rows; the command names the table and its columns.</summary>
    public static async Task CopyAsync(NpgsqlConnection connection, string command, BinaryRows rows, CancellationToken cancellationToken)
    {
        await using var stream = await connection.BeginRawBinaryCopyAsync(command, cancellationToken);
        await stream.WriteAsync(rows.Finish(), cancellationToken);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    public void BeginRow()
    {
        if (_length == 0)
            Header.CopyTo(Claim(Header.Length));
        BinaryPrimitives.WriteInt16BigEndian(Claim(sizeof(short)), (short)columns);
    }

    public void Null() => BinaryPrimitives.WriteInt32BigEndian(Claim(sizeof(int)), -1);

    public void Add(long value) => BinaryPrimitives.WriteInt64BigEndian(Value(sizeof(long)), value);

    public void Add(long? value)
    {
        if (value is { } known)
            Add(known);
        else
            Null();
    }

    public void Add(int value) => BinaryPrimitives.WriteInt32BigEndian(Value(sizeof(int)), value);

    public void Add(int? value)
    {
        if (value is { } known)
            Add(known);
        else
            Null();
    }

    public void Add(short value) => BinaryPrimitives.WriteInt16BigEndian(Value(sizeof(short)), value);

    public void Add(bool value) => Value(1)[0] = value ? (byte)1 : (byte)0;

    public void Add(Guid value) => value.TryWriteBytes(Value(16), bigEndian: true, out _);

    public void Add(Guid? value)
    {
        if (value is { } known)
            Add(known);
        else
            Null();
    }

    /// <summary>A <c>timestamptz</c>: microseconds since 2000.</summary>
    public void Add(DateTimeOffset value) => Add((value - Epoch).Ticks / TimeSpan.TicksPerMicrosecond);

    public void Add(string? value)
    {
        if (value is null)
            Null();
        else
            Encoding.UTF8.GetBytes(value, Value(Encoding.UTF8.GetByteCount(value)));
    }

    public void Add(ReadOnlySpan<byte> value) => value.CopyTo(Value(value.Length));

    private ReadOnlyMemory<byte> Finish()
    {
        BinaryPrimitives.WriteInt16BigEndian(Claim(sizeof(short)), -1);
        return _buffer.AsMemory(0, _length);
    }

    private Span<byte> Value(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(Claim(sizeof(int)), length);
        return Claim(length);
    }

    private Span<byte> Claim(int length)
    {
        if (_length + length > _buffer.Length)
            Grow(_length + length);
        var claimed = _buffer.AsSpan(_length, length);
        _length += length;
        return claimed;
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _buffer.Length * 2));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
