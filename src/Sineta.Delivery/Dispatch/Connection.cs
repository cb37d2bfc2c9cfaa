namespace Sineta.Delivery.Dispatch;

/// <summary>One connection as the log tells of it.</summary>
internal sealed record Connection
{
    /// <summary>When it began to be made, a timestamp of the <see cref="TimeProvider"/>.</summary>
    public required long BegunAt { get; init; }

    /// <summary>As in <c>203.0.113.7:443</c>.</summary>
    public required string RemoteAddress { get; init; }

    /// <summary>As in <c>TLS 1.3</c>; null over plain HTTP.</summary>
    public string? TlsVersion { get; init; }

    /// <summary>Microseconds to resolve the host.</summary>
    public required int Dns { get; init; }

    /// <summary>Microseconds to connect.</summary>
    public required int Connect { get; init; }

    /// <summary>Microseconds to shake hands; null over plain HTTP.</summary>
    public int? Tls { get; init; }

    /// <summary>
    /// Reads begun since the last write, over HTTP/1.1, where one attempt at a time uses it. On a kept connection the first byte of an answer
    /// comes by a read that was begun before the request: with no other, nothing came.
    /// </summary>
    public int Reads { get; set; }
}
