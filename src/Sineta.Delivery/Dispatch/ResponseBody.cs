using System.Buffers;

namespace Sineta.Delivery.Dispatch;

/// <summary>What was read of an answer's body: raw bytes up to the limit, and why there are no more where it failed.</summary>
internal readonly record struct ResponseBody(ReadOnlyMemory<byte> Bytes, bool Truncated, Exception? Failure)
{
    /// <summary>Reads until the body ends or the limit is passed. A failure is a value, so that what came before it is kept.</summary>
    public static async ValueTask<ResponseBody> ReadAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        var end = content.Headers.ContentLength;
        if (end == 0)
            return default;
        var stream = content.ReadAsStream(cancellationToken);
        // One byte more than is kept tells whether there is more.
        var buffer = ArrayPool<byte>.Shared.Rent(limit + 1);
        var length = 0;
        Exception? failure = null;
        try
        {
            var read = 1;
            while (read > 0 && length <= limit && length != end)
                length += read = await stream.ReadAsync(buffer.AsMemory(length, limit + 1 - length), cancellationToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            failure = e;
        }
        var bytes = buffer.AsSpan(0, Math.Min(length, limit)).ToArray();
        ArrayPool<byte>.Shared.Return(buffer);
        return new(bytes, length > limit, failure);
    }
}
