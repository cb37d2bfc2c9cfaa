using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Sineta.Events.Shapes;

/// <summary>An object of exactly these keys, read in any order and written in this one.</summary>
internal sealed class ObjectShape : Shape
{
    private readonly Field[] _fields;

    public ObjectShape(params (string Name, Shape Shape)[] fields)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fields.Length, 64);
        _fields = new Field[fields.Length];
        for (var i = 0; i < fields.Length; i++)
        {
            var (name, shape) = fields[i];
            var opening = $"{(i == 0 ? '{' : ',')}\"{name}\":";
            _fields[i] = new Field(name, Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(opening), Width, shape);
            Width += shape.Width;
        }
    }

    public override int Width { get; }

    private ulong All => ulong.MaxValue >> (64 - _fields.Length);

    public override void Read(ref Proof proof, int slot)
    {
        if (proof.Json.TokenType != JsonTokenType.StartObject)
        {
            proof.Refuse("Must be an object.");
            return;
        }

        var seen = 0UL;
        var expected = 0;
        while (proof.Json.Read() && proof.Json.TokenType == JsonTokenType.PropertyName)
        {
            var index = Find(JsonInput.Text(ref proof.Json), expected);
            if (index < 0)
            {
                proof.RefuseKey("The key is not part of the contract.");
                continue;
            }

            if ((seen & (1UL << index)) != 0)
            {
                proof.RefuseKey("The key appears more than once.");
                continue;
            }

            seen |= 1UL << index;
            expected = index + 1;
            ReadField(ref proof, _fields[index], slot);
        }

        RefuseMissing(ref proof, All & ~seen);
    }

    public override void Write(ref Proof proof, int slot, ref JsonOutput output)
    {
        foreach (var field in _fields)
        {
            output.Raw(field.Opening);
            field.Shape.Write(ref proof, slot + field.Offset, ref output);
        }

        output.Raw("}"u8);
    }

    public override void Describe(Utf8JsonWriter schema)
    {
        schema.WriteStartObject();
        schema.WriteString("type", "object");
        DescribeFields(schema);
        schema.WriteEndObject();
    }

    /// <summary>Writes the keywords of an object's schema into one that is open already.</summary>
    public void DescribeFields(Utf8JsonWriter schema)
    {
        schema.WriteBoolean("additionalProperties", false);
        schema.WriteStartArray("required");
        foreach (var field in _fields)
            schema.WriteStringValue(field.Name);
        schema.WriteEndArray();
        schema.WriteStartObject("properties");
        foreach (var field in _fields)
        {
            schema.WritePropertyName(field.Name);
            field.Shape.Describe(schema);
        }

        schema.WriteEndObject();
    }

    /// <summary>The slot, and the shape, of the leaf that a path such as <c>course.enrolled_at</c> names.</summary>
    public (int Slot, Shape Shape) Locate(string path)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        var name = dot < 0 ? path : path[..dot];
        var field = Array.Find(_fields, f => f.Name == name) ?? throw new ArgumentException($"The shape has no '{path}'.", nameof(path));
        if (dot < 0)
            return (field.Offset, field.Shape);
        var (slot, shape) = ((ObjectShape)field.Shape).Locate(path[(dot + 1)..]);
        return (field.Offset + slot, shape);
    }

    /// <summary>Every leaf that is not inside an array, by its path.</summary>
    public IEnumerable<(string Path, int Slot, Leaf Leaf)> Leaves() => _fields.SelectMany(field => field.Shape switch
    {
        Leaf leaf => [(field.Name, field.Offset, leaf)],
        ObjectShape inner => inner.Leaves().Select(l => ($"{field.Name}.{l.Path}", field.Offset + l.Slot, l.Leaf)),
        _ => [],
    });

    /// <summary>Which field a key is, tried first with the one that the contract's order makes likely; -1 for none.</summary>
    private int Find(ReadOnlySpan<byte> key, int expected)
    {
        if (expected < _fields.Length && key.SequenceEqual(_fields[expected].Utf8Name))
            return expected;
        for (var i = 0; i < _fields.Length; i++)
        {
            if (key.SequenceEqual(_fields[i].Utf8Name))
                return i;
        }

        return -1;
    }

    private static void ReadField(ref Proof proof, Field field, int slot)
    {
        proof.Enter(field.Name);
        proof.Json.Read();
        field.Shape.Read(ref proof, slot + field.Offset);
        proof.Leave();
    }

    private void RefuseMissing(ref Proof proof, ulong missing)
    {
        for (; missing != 0; missing &= missing - 1)
        {
            proof.Enter(_fields[BitOperations.TrailingZeroCount(missing)].Name);
            proof.Refuse("The key is missing.");
            proof.Leave();
        }
    }

    private sealed record Field(string Name, byte[] Utf8Name, byte[] Opening, int Offset, Shape Shape);
}
