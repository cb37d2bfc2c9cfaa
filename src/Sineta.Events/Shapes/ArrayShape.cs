using System.Text.Json;

namespace Sineta.Events.Shapes;

/// <summary>An array, maybe empty, of items of one shape. The items hold no arrays, so their slots lie in a row.</summary>
internal sealed class ArrayShape(Shape item) : Shape
{
    public override int Width => 1;

    public override void Read(ref Proof proof, int slot)
    {
        if (proof.Json.TokenType != JsonTokenType.StartArray)
        {
            proof.Refuse("Must be an array.");
            return;
        }

        var items = 0;
        var start = proof.SlotCount;
        while (proof.Json.Read() && proof.Json.TokenType != JsonTokenType.EndArray)
        {
            proof.Enter(items++);
            item.Read(ref proof, proof.AddSlots(item.Width));
            proof.Leave();
        }

        proof[slot] = new Slot(SlotKind.Array, start, items, 0);
    }

    public override void Write(ref Proof proof, int slot, ref JsonOutput output)
    {
        var array = proof[slot];
        output.Raw("["u8);
        for (var i = 0; i < array.Length; i++)
        {
            if (i > 0)
                output.Raw(","u8);
            item.Write(ref proof, array.Start + (i * item.Width), ref output);
        }

        output.Raw("]"u8);
    }

    public override void Describe(Utf8JsonWriter schema)
    {
        schema.WriteStartObject();
        schema.WriteString("type", "array");
        schema.WritePropertyName("items");
        item.Describe(schema);
        schema.WriteEndObject();
    }
}
