using System.Net;

namespace Sineta.Delivery.Dispatch;

/// <summary>The event's bytes, written as they are with a fixed length: one write, no copy, no stream.</summary>
internal sealed class SignedBody : HttpContent
{
    public const string MediaType = "application/json; charset=utf-8";

    private readonly ReadOnlyMemory<byte> _body;

    public SignedBody(ReadOnlyMemory<byte> body)
    {
        _body = body;
        Headers.TryAddWithoutValidation("Content-Type", MediaType);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        stream.WriteAsync(_body, cancellationToken).AsTask();

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}
