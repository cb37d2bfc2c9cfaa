namespace Sineta.Delivery.Dispatch;

/// <summary>Whether an endpoint proved that it expects deliveries, and the call that was made.</summary>
public abstract record HandshakeResult
{
    private HandshakeResult(AttemptResult attempt) => Attempt = attempt;

    public AttemptResult Attempt { get; }

    /// <summary>It answered 2xx with the challenge.</summary>
    public sealed record Proven(AttemptResult Call) : HandshakeResult(Call);

    /// <summary>It did not; the sentence tells its owner what to do.</summary>
    public sealed record Failed(HandshakeFault Fault, string Sentence, AttemptResult Call) : HandshakeResult(Call);
}

/// <summary>How a handshake failed.</summary>
public enum HandshakeFault
{
    /// <summary>No whole answer came.</summary>
    Unreachable,

    /// <summary>The answer's status was not 2xx.</summary>
    Refused,

    /// <summary>The answer was 2xx, but held no challenge.</summary>
    NotEchoed,

    /// <summary>The answer was 2xx, with another challenge.</summary>
    WrongChallenge,
}
