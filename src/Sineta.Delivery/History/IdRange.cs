using Sineta.Delivery.Storage;

namespace Sineta.Delivery.History;

/// <summary>Ids from the first one on, up to the one to stop before. As ids grow with time it is a span of time as well.</summary>
internal readonly record struct IdRange(Guid First, Guid Before)
{
    /// <summary>What was made within a span of time, and stands before the end of the page before.</summary>
    public static IdRange Of(DateTimeOffset? from, DateTimeOffset? until, Guid? pageEnd)
    {
        var first = from is { } start ? IdGenerator.FirstAt(start) : Guid.Empty;
        var before = until is { } end ? IdGenerator.FirstAt(end) : Guid.AllBitsSet;
        return new IdRange(first, pageEnd is { } id && id < before ? id : before);
    }
}
