namespace Sineta.Learning.Catalog;

/// <summary>
/// A stored file as a stream: it holds no connection between two reads, and can begin anywhere, as a player asks for ranges.
/// </summary>
internal sealed class FileBytes(FileStore store, long institutionId, StoredFile file) : Stream
{
    private const int MostAtOnce = 128 * 1024;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Size;

    public override long Position { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || Position >= Length)
            return 0;
        var read = await store.ReadAsync(institutionId, file.Id, Position, Math.Min(buffer.Length, MostAtOnce), cancellationToken);
        read.CopyTo(buffer);
        Position += read.Length;
        return read.Length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // With larger pieces than the usual, each being a statement.
    public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
        base.CopyToAsync(destination, MostAtOnce, cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
