using System.Net.Sockets;

namespace Sineta.Delivery.Dispatch;

/// <summary>What SocketsHttpHandler throws, told as an outcome.</summary>
internal static class Failures
{
    /// <summary>The outcome behind an exception; null where it is none that an attempt can expect.</summary>
    /// <param name="failure">What sending or reading threw.</param>
    /// <param name="timedOut">Whether the attempt's time was over.</param>
    /// <param name="timeout">That time.</param>
    public static AttemptOutcome.Unreachable? OutcomeOf(Exception failure, bool timedOut, TimeSpan timeout)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is ConnectFailedException connecting)
                return connecting.Outcome;
        }
        return failure switch
        {
            _ when timedOut => new(UnreachableReason.Timeout, $"The whole answer did not come within {timeout.TotalSeconds:0.###} s."),
            HttpRequestException request => OutcomeOf(request.HttpRequestError, request),
            HttpIOException reading => OutcomeOf(reading.HttpRequestError, reading),
            IOException => Closed,
            _ => null,
        };
    }

    /// <summary>Whether the connection was closed or reset, rather than used wrongly.</summary>
    public static bool IsBrokenOff(HttpRequestException failure) =>
        failure.HttpRequestError == HttpRequestError.ResponseEnded || Innermost(failure) is SocketException;

    private static readonly AttemptOutcome.Unreachable Closed =
        new(UnreachableReason.ConnectionClosed, "The connection was closed before the answer ended.");

    private static AttemptOutcome.Unreachable OutcomeOf(HttpRequestError error, Exception failure) => error switch
    {
        HttpRequestError.ResponseEnded => Closed,
        HttpRequestError.ConfigurationLimitExceeded =>
            new(UnreachableReason.ProtocolError, $"The answer's headers are over {DeliverySender.MaxResponseHeadersKibibytes} KiB."),
        HttpRequestError.InvalidResponse => new(UnreachableReason.ProtocolError, "What came is not an HTTP answer."),
        HttpRequestError.HttpProtocolError => new(UnreachableReason.ProtocolError, $"The receiver broke off: {Innermost(failure).Message}"),
        _ when Innermost(failure) is SocketException or IOException => Closed,
        _ => new(UnreachableReason.ProtocolError, $"The attempt failed ({error})."),
    };

    private static Exception Innermost(Exception failure)
    {
        while (failure.InnerException is { } inner)
            failure = inner;
        return failure;
    }
}
