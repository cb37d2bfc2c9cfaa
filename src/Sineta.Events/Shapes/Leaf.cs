using System.Text.Json;

namespace Sineta.Events.Shapes;

/// <summary>A value under a rule; null too, where the record's property may be null.</summary>
internal sealed class Leaf(Rule rule, bool nullable, IReadOnlyList<RelationAttribute> relations) : Shape
{
    private readonly string _refusal = $"Must be {rule.Expected}{(nullable ? ", or null" : "")}.";

    public override int Width => 1;

    public IReadOnlyList<RelationAttribute> Relations => relations;

    public override void Read(ref Proof proof, int slot)
    {
        if (proof.Json.TokenType == JsonTokenType.Null && nullable)
            proof[slot] = Slot.Null;
        else if (rule.TryRead(ref proof, out var read))
            proof[slot] = read;
        else
            proof.Refuse(_refusal);
    }

    public override void Write(ref Proof proof, int slot, ref JsonOutput output)
    {
        var read = proof[slot];
        if (read.Kind == SlotKind.Null)
            output.Raw("null"u8);
        else
            rule.Write(ref proof, read, ref output);
    }

    public override void Describe(Utf8JsonWriter schema)
    {
        schema.WriteStartObject();
        schema.WriteString("description", _refusal);
        if (nullable)
            DescribeNullable(schema);
        else
            rule.Describe(schema);
        schema.WriteEndObject();
    }

    private void DescribeNullable(Utf8JsonWriter schema)
    {
        schema.WriteStartArray("anyOf");
        schema.WriteStartObject();
        rule.Describe(schema);
        schema.WriteEndObject();
        schema.WriteStartObject();
        schema.WriteString("type", "null");
        schema.WriteEndObject();
        schema.WriteEndArray();
    }
}
