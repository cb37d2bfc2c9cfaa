namespace Sineta.Delivery.Dispatch;

/// <summary>
/// How long an attempt takes, and over which connection it went. The pool does not tell the latter; but over HTTP/1.1 the attempt itself writes
/// to the connection's stream, which can therefore see it here.
/// </summary>
internal sealed class AttemptTrace
{
    private static readonly AsyncLocal<AttemptTrace?> Ambient = new();

    private readonly TimeProvider _time;
    private readonly long _begun;

    private AttemptTrace(TimeProvider time)
    {
        _time = time;
        _begun = time.GetTimestamp();
    }

    /// <summary>The attempt that the running code belongs to.</summary>
    public static AttemptTrace? Current => Ambient.Value;

    /// <summary>The connection the attempt was written to; null before, and where a connection cannot tell (HTTP/2).</summary>
    public Connection? Connection { get; set; }

    /// <summary>Begins an attempt, which is <see cref="Current"/> until the calling method returns.</summary>
    public static AttemptTrace Begin(TimeProvider time) => Ambient.Value = new AttemptTrace(time);

    /// <summary>
    /// Whether it was written to a connection that was there before it, and not a byte came back: what a receiver does that closes a kept
    /// connection just then, and nothing that the attempt itself brought about.
    /// </summary>
    public bool WentStale => Connection is { Reads: 0 } used && used.BegunAt < _begun;

    /// <summary>The phases up to now.</summary>
    /// <param name="connection">The connection it went over; null where none is known.</param>
    /// <param name="firstByteAt">The timestamp of the answer's headers; null where none came.</param>
    public AttemptTimings Timings(Connection? connection, long? firstByteAt)
    {
        // Whatever was made before the attempt began took none of its time.
        var own = connection is not null && connection.BegunAt >= _begun ? connection : null;
        var setup = own is null ? 0 : own.Dns + own.Connect + (own.Tls ?? 0);
        int? firstByte = firstByteAt is { } at ? _time.MicrosecondsBetween(_begun, at) - setup : null;
        return new(own?.Dns, own?.Connect, own?.Tls, firstByte, _time.MicrosecondsSince(_begun));
    }
}
