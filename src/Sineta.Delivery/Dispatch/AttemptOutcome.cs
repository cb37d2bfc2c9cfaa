using System.Net;

namespace Sineta.Delivery.Dispatch;

/// <summary>What became of one attempt. Only 2xx is success; a redirect is a refusal, recorded and never followed.</summary>
public abstract record AttemptOutcome
{
    private AttemptOutcome() { }

    /// <summary>
    /// What it says of the endpoint: <see cref="Breaker"/> counts all that is not healthy, <see cref="ConcurrencyLimit"/> overload only.
    /// </summary>
    public EndpointEvidence Evidence => this switch
    {
        Delivered => EndpointEvidence.Healthy,
        Refused refused => OfStatus((int)refused.Status),
        _ => EndpointEvidence.Overloaded,
    };

    /// <summary>The receiver answered 2xx, and its answer ended (or reached the limit of what is read) in time.</summary>
    public sealed record Delivered(HttpStatusCode Status) : AttemptOutcome;

    /// <summary>The receiver answered anything else. <paramref name="RetryAfter"/> is what it asked for, on 429 and 503 only.</summary>
    public sealed record Refused(HttpStatusCode Status, TimeSpan? RetryAfter) : AttemptOutcome;

    /// <summary>No whole answer came; <paramref name="Sentence"/> says why to the endpoint's owner.</summary>
    public sealed record Unreachable(UnreachableReason Reason, string Sentence) : AttemptOutcome;

    private static EndpointEvidence OfStatus(int status) => status switch
    {
        408 or 425 or 429 or 503 or 504 => EndpointEvidence.Overloaded,
        401 or 403 or 404 or 405 or 407 or 410 or 421 => EndpointEvidence.Failing,
        >= 400 and < 500 => EndpointEvidence.Healthy,
        _ => EndpointEvidence.Failing,
    };
}

/// <summary>Why no whole answer came.</summary>
public enum UnreachableReason
{
    /// <summary>The host's name has no address, or its servers did not say.</summary>
    Dns,

    /// <summary>The host's name leads to an address that nothing is delivered to.</summary>
    ForbiddenAddress,

    /// <summary>Nothing listens there, or no route leads there.</summary>
    ConnectRefused,

    /// <summary>No connection was made in time.</summary>
    ConnectTimeout,

    /// <summary>The certificate or the handshake failed.</summary>
    Tls,

    /// <summary>The answer, its body included, did not end in time.</summary>
    Timeout,

    /// <summary>What came is not HTTP as we can read it.</summary>
    ProtocolError,

    /// <summary>The connection ended before the answer did.</summary>
    ConnectionClosed,
}
