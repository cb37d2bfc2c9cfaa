namespace Sineta.Events.Shapes;

/// <summary>What a value must be to another of the same event. The other is named by its path under <c>data</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal abstract class RelationAttribute(string other) : Attribute
{
    public string Other => other;

    /// <summary>Begins the sentence that ends with the other's pointer.</summary>
    public abstract string Refusal { get; }

    public abstract bool Holds(long value, long otherValue);
}

internal sealed class SameAsAttribute(string other) : RelationAttribute(other)
{
    public override string Refusal => "Must be the same as";

    public override bool Holds(long value, long otherValue) => value == otherValue;
}

internal sealed class NotBeforeAttribute(string other) : RelationAttribute(other)
{
    public override string Refusal => "Must not be before";

    public override bool Holds(long value, long otherValue) => value >= otherValue;
}

internal sealed class NotAboveAttribute(string other) : RelationAttribute(other)
{
    public override string Refusal => "Must not be above";

    public override bool Holds(long value, long otherValue) => value <= otherValue;
}
