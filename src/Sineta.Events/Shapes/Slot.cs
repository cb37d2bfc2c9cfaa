namespace Sineta.Events.Shapes;

/// <summary>What was read for one leaf of a shape.</summary>
/// <param name="Kind">Whether, and as what, it was read.</param>
/// <param name="Start">Of a text: its first byte. Of an array: the slot of its first item.</param>
/// <param name="Length">Of a text: its bytes. Of an array: its items.</param>
/// <param name="Number">The value as a number that compares as the value does; 0 for what has no order.</param>
internal readonly record struct Slot(SlotKind Kind, int Start, int Length, long Number)
{
    public static readonly Slot Null = new(SlotKind.Null, 0, 0, 0);

    public static readonly Slot Unstamped = new(SlotKind.Unstamped, 0, 0, 0);

    public static Slot Of(long number) => new(SlotKind.Number, 0, 0, number);
}

internal enum SlotKind : byte
{
    /// <summary>Nothing that may be used: missing, or refused.</summary>
    Absent,
    Null,
    Number,

    /// <summary>Text that stands in the source exactly as it will be written.</summary>
    SourceText,

    /// <summary>Text that had escapes, decoded into the reading's own memory.</summary>
    DecodedText,
    Array,

    /// <summary>A timestamp that is not known yet: its 19 characters are held free.</summary>
    Unstamped,
}
