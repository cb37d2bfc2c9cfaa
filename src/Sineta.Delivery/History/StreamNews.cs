namespace Sineta.Delivery.History;

/// <summary>What a listener is told.</summary>
/// <param name="Position">From where it misses nothing, and is told little twice, when it comes back.</param>
public abstract record StreamNews(StreamPosition Position)
{
    /// <summary>An attempt came on record: its delivery as it stands after it.</summary>
    public sealed record Attempt(StreamPosition Position, DeliveryEntry Delivery) : StreamNews(Position);

    /// <summary>Attempts were left out, for there were too many, or the listener was away or slow for too long.</summary>
    /// <param name="Position">Behind them.</param>
    /// <param name="Missed">How many of the institution's, whatever their filter; null where that is not known.</param>
    public sealed record Gap(StreamPosition Position, long? Missed) : StreamNews(Position);

    /// <summary>Nothing happened for a while.</summary>
    public sealed record Quiet(StreamPosition Position) : StreamNews(Position);
}
