using System.Buffers;

namespace Sineta.Server.Api;

/// <summary>
/// Takes a file that is sent into the temporary folder, so that a slow sender holds neither memory nor a connection to the database.
/// </summary>
internal static class Upload
{
    private const int PieceSize = 64 * 1024;

    /// <summary>The whole body, gone when it is disposed; null where it has more than <paramref name="limit"/> bytes.</summary>
    public static async Task<Stream?> ReadAsync(HttpRequest request, long limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
            return null;
        var path = Path.Combine(Path.GetTempPath(), $"sineta-{Path.GetRandomFileName()}");
        var file = new FileStream(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0,
            FileOptions.Asynchronous | FileOptions.DeleteOnClose);
        try
        {
            if (await CopyAsync(request.Body, file, limit, cancellationToken))
                return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }

        await file.DisposeAsync();
        return null;
    }

    private static async Task<bool> CopyAsync(Stream body, FileStream file, long limit, CancellationToken cancellationToken)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            while (await body.ReadAsync(piece, cancellationToken) is > 0 and var read)
            {
                if (file.Length + read > limit)
                    return false;
                await file.WriteAsync(piece.AsMemory(0, read), cancellationToken);
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
