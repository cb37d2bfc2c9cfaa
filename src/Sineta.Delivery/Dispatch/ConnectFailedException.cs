namespace Sineta.Delivery.Dispatch;

/// <summary>
/// Carries an outcome out of the connector through SocketsHttpHandler, which knows no other way; never leaves <see cref="DeliverySender"/>.
/// </summary>
internal sealed class ConnectFailedException(UnreachableReason reason, string sentence, Exception? cause = null)
    : Exception(sentence, cause)
{
    public AttemptOutcome.Unreachable Outcome { get; } = new(reason, sentence);
}
