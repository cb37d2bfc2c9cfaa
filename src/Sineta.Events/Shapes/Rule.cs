using System.Text.Json;

namespace Sineta.Events.Shapes;

/// <summary>
/// What a single value must be. As an attribute it stands on a record's property; without one the property's type decides
/// (<see cref="RecordShapes"/>).
/// </summary>
internal abstract class Rule : Attribute
{
    /// <summary>Ends the sentence "Must be …": the message of a fault and the description in the schema.</summary>
    public abstract string Expected { get; }

    public abstract bool TryRead(ref Proof proof, out Slot read);

    public abstract void Write(ref Proof proof, Slot read, ref JsonOutput output);

    /// <summary>Writes the rule's keywords into an open schema.</summary>
    public abstract void Describe(Utf8JsonWriter schema);
}
