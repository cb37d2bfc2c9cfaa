namespace Sineta.Events;

/// <summary>One thing that is wrong with what was read.</summary>
/// <param name="Pointer">Where: a JSON pointer (RFC 6901), such as <c>/data/user/id</c>; empty for the whole.</param>
/// <param name="Message">What, as one plain English sentence. It never repeats a text of the payload, so it may be logged.</param>
public readonly record struct Fault(string Pointer, string Message)
{
    /// <summary>A key as it stands in a JSON pointer, without the slash before it.</summary>
    public static string Step(string key) =>
        key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
