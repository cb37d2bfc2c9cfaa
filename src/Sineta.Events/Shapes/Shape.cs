using System.Text.Json;

namespace Sineta.Events.Shapes;

/// <summary>
/// A part of a body's form. One tree of these per event does all that depends on the form: it reads and proves, it writes the
/// canonical bytes, and it describes itself as JSON Schema. What was read lies in slots, each at a place that the tree fixes.
/// </summary>
internal abstract class Shape
{
    /// <summary>How many slots it takes among those of its parent.</summary>
    public abstract int Width { get; }

    /// <summary>Reads the value at which the reader stands, and leaves it at the value's last token.</summary>
    public abstract void Read(ref Proof proof, int slot);

    /// <summary>Writes what was read without a fault, never longer than it stood in the source.</summary>
    public abstract void Write(ref Proof proof, int slot, ref JsonOutput output);

    /// <summary>Writes its JSON Schema (2020-12).</summary>
    public abstract void Describe(Utf8JsonWriter schema);
}
