using System.Buffers;

namespace Sineta.Server.Api;

/// <summary>A request's body, whole, in a pooled buffer. To be disposed.</summary>
internal readonly struct RequestBytes : IDisposable
{
    private const int FirstSize = 4 * 1024;
    private readonly byte[] _rented;
    private readonly int _length;

    private RequestBytes(byte[] rented, int length) => (_rented, _length) = (rented, length);

    public ReadOnlyMemory<byte> Memory => _rented.AsMemory(0, _length);

    public bool IsEmpty => _length == 0;

    /// <summary>Why a body that says it is not JSON as it is cannot be taken; null where it can.</summary>
    public static ProblemResult? RefusalOf(HttpRequest request) => RefusalOfEncoding(request)
        ?? (AreJson(request) ? null : ProblemTypes.UnsupportedMediaType.With("The Content-Type must be application/json."));

    /// <summary>Why a body that says it is compressed cannot be taken; null where it says nothing of the kind.</summary>
    public static ProblemResult? RefusalOfEncoding(HttpRequest request) =>
        request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding != "identity"
            ? ProblemTypes.UnsupportedMediaType.With("No Content-Encoding is taken: send the body as it is.") : null;

    /// <summary>The two usual spellings without parsing them.</summary>
    private static bool AreJson(HttpRequest request) =>
        request.ContentType is "application/json" or "application/json; charset=utf-8" || request.HasJsonContentType();

    /// <summary>Reads up to <paramref name="limit"/> bytes; null where there are more.</summary>
    public static async ValueTask<RequestBytes?> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
            return null;
        var rented = ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? FirstSize));
        var length = 0;
        try
        {
            while (true)
            {
                var read = await request.BodyReader.ReadAsync(cancellationToken);
                if (length + read.Buffer.Length > limit)
                {
                    request.BodyReader.AdvanceTo(read.Buffer.End);
                    break;
                }

                rented = WithRoom(rented, length, (int)read.Buffer.Length);
                read.Buffer.CopyTo(rented.AsSpan(length));
                length += (int)read.Buffer.Length;
                request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return new RequestBytes(rented, length);
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(rented);
            throw;
        }

        ArrayPool<byte>.Shared.Return(rented);
        return null;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_rented);

    private static byte[] WithRoom(byte[] rented, int length, int more)
    {
        if (length + more <= rented.Length)
            return rented;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length + more, rented.Length * 2));
        rented.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(rented);
        return larger;
    }
}
