using System.Net;

namespace Sineta.Delivery.Dispatch;

/// <summary>One attempt as the log keeps it.</summary>
public sealed record AttemptResult
{
    public required AttemptOutcome Outcome { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required AttemptTimings Timings { get; init; }

    /// <summary>The answer's status, also where its body then failed; null where no answer came.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>The HTTP version of the answer, 1.0, 1.1 or 2.0.</summary>
    public Version? HttpVersion { get; init; }

    /// <summary>The answer's headers, a line <c>name: value</c> each, cut at <see cref="ResponseHeaders.Limit"/> characters.</summary>
    public string ResponseHeaders { get; init; } = "";

    /// <summary>The first bytes of the answer's body as they came: never inflated.</summary>
    public ReadOnlyMemory<byte> ResponseBody { get; init; }

    /// <summary>Whether the answer's body went on after <see cref="ResponseBody"/>.</summary>
    public bool ResponseBodyTruncated { get; init; }

    /// <summary>The address and port connected to; null where no connection was made.</summary>
    public string? RemoteAddress { get; init; }

    /// <summary>As in <c>TLS 1.3</c>; null over plain HTTP or where no connection was made.</summary>
    public string? TlsVersion { get; init; }
}
