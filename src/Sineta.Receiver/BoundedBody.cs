using System.Buffers;
using Microsoft.AspNetCore.Http;
using Sineta.Events;

namespace Sineta.Receiver;

/// <summary>Reads a request's body before it is known who sent it: no more of it than an event may have.</summary>
internal static class BoundedBody
{
    /// <returns>The body, or null where it is larger than <see cref="EventReader.MaxBytes"/>.</returns>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > EventReader.MaxBytes)
            return null;
        var size = (int)(request.ContentLength ?? EventReader.MaxBytes) + 1;
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            var length = await request.Body.ReadAtLeastAsync(buffer.AsMemory(0, size), size, throwOnEndOfStream: false, cancellationToken);
            return length < size ? buffer[..length] : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
