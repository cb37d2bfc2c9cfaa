using System.Globalization;

namespace Sineta.Delivery.History;

/// <summary>A place in the order in which attempts come on record, written as in <c>8412-3</c>.</summary>
/// <param name="Transaction">The transaction that recorded the attempt.</param>
/// <param name="Item">Which of its attempts, from 1; 0 before the first.</param>
public readonly record struct StreamPosition(ulong Transaction, int Item) : IComparable<StreamPosition>
{
    public static bool TryParse(string? text, out StreamPosition position)
    {
        position = default;
        if (text?.IndexOf('-', StringComparison.Ordinal) is not (> 0 and var dash)
            || !ulong.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var transaction)
            || !int.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var item))
            return false;
        position = new StreamPosition(transaction, item);
        return true;
    }

    public static bool operator <(StreamPosition left, StreamPosition right) => left.CompareTo(right) < 0;

    public static bool operator <=(StreamPosition left, StreamPosition right) => left.CompareTo(right) <= 0;

    public static bool operator >(StreamPosition left, StreamPosition right) => left.CompareTo(right) > 0;

    public static bool operator >=(StreamPosition left, StreamPosition right) => left.CompareTo(right) >= 0;

    public int CompareTo(StreamPosition other) => (Transaction, Item).CompareTo((other.Transaction, other.Item));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Transaction}-{Item}");
}
