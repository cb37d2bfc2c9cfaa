namespace Sineta.Delivery.Storage;

/// <summary>Moments as the database keeps them.</summary>
public static class Moments
{
    /// <summary>The moment to the microsecond: what is shown or sent from memory is the same as when it is read again.</summary>
    public static DateTimeOffset ToMicrosecond(this DateTimeOffset moment) => moment.AddTicks(-(moment.Ticks % TimeSpan.TicksPerMicrosecond));
}
