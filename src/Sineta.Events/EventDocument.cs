using Sineta.Events.Shapes;

namespace Sineta.Events;

/// <summary>A proven event: it keeps its contract, and its bytes are fixed but for the time it will carry.</summary>
public sealed class EventDocument
{
    // The canonical body. Where only data was read, the 19 characters of send_at are still to be stamped.
    private readonly byte[] _body;
    private ActivityEvent? _event;

    internal EventDocument(EventType type, ref Proof proof, int sourceLength)
    {
        Type = type;
        UserId = proof[type.UserIdSlot].Number;
        DedupeKey = type.Key.KeyOf(ref proof);
        SendAt = BodyShape.SendAt(ref proof);
        _body = type.Body.Write(ref proof, sourceLength);
    }

    /// <summary>Which of the five it is.</summary>
    public EventType Type { get; }

    /// <summary>The learner's number: <c>data.user.id</c>.</summary>
    public long UserId { get; }

    /// <summary>
    /// The fact that the event tells, in ASCII: two events of one institution and slug with the same key are the same.
    /// <see cref="EventType.DedupeKeyForm"/> says how it is made.
    /// </summary>
    public string DedupeKey { get; }

    /// <summary>When it happened, local time of the institution; null where only the data was read.</summary>
    public DateTime? SendAt { get; }

    /// <summary>The length in bytes of every body of this event.</summary>
    public int BodyLength => _body.Length;

    /// <summary>The event as a record; made when first asked for.</summary>
    public ActivityEvent Event => _event ??= (ActivityEvent)Type.Body.Deserialize(_body);

    /// <summary>
    /// The body's very bytes: compact JSON, keys in the contract's order, accents literal, UTF-8 without a byte order mark.
    /// They are what is stored, signed and sent.
    /// </summary>
    /// <param name="sendAt">When it happened, local time of the institution; whole seconds are kept.</param>
    /// <exception cref="ArgumentException">The time is marked as UTC.</exception>
    public byte[] ToBody(DateTime sendAt) => Type.Body.Stamp(_body, sendAt);
}
