using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sineta.Events.Shapes;

/// <summary>The form of a whole body: the envelope, and the <c>data</c> of one record.</summary>
internal sealed class BodyShape
{
    private const int SendAtSlot = 0;
    private const int DataSlot = 1;

    private readonly JsonTypeInfo _record;
    private readonly ObjectShape _data;
    private readonly ObjectShape _body;
    private readonly Relation[] _relations;

    public BodyShape(string slug, string name, JsonTypeInfo record)
    {
        Slug = slug;
        _record = record;
        _data = RecordShapes.Of(record);
        _body = new ObjectShape(
            ("event", new ObjectShape(
                ("name", new ConstantShape(name)),
                ("slug", new ConstantShape(slug)),
                ("send_at", new Leaf(new TimestampRule(), nullable: false, [])))),
            ("data", _data));
        SendAtStart = Encoding.UTF8.GetByteCount($$"""{"event":{"name":"{{name}}","slug":"{{slug}}","send_at":" """) - 1;
        _relations = [.. _data.Leaves().SelectMany(leaf => leaf.Leaf.Relations.Select(rule => new Relation(
            rule, DataSlot + leaf.Slot, Pointer(leaf.Path), SlotOf(rule.Other), Pointer(rule.Other))))];
    }

    public string Slug { get; }

    /// <summary>Where the 19 bytes of <c>send_at</c> begin in every body.</summary>
    private int SendAtStart { get; }

    /// <summary>The slot of a leaf under <c>data</c>, by a path such as <c>user.id</c>.</summary>
    public int SlotOf(string path) => DataSlot + _data.Locate(path).Slot;

    /// <summary>Reads a whole body, or only what stands under its <c>data</c>. Broken JSON too is a fault of the proof.</summary>
    public void Read(ref Proof proof, bool isBody)
    {
        proof.AddSlots(_body.Width);
        try
        {
            proof.Json.Read();
            if (isBody)
            {
                _body.Read(ref proof, slot: 0);
            }
            else
            {
                proof[SendAtSlot] = Slot.Unstamped;
                _data.Read(ref proof, DataSlot);
            }

            proof.Json.Read();
            Relate(ref proof, isBody ? "/data" : "");
        }
        catch (JsonException broken)
        {
            proof.Add(proof.Pointer(), JsonInput.Describe(broken));
        }
    }

    /// <summary>When it happened, where that was read.</summary>
    public static DateTime? SendAt(ref Proof proof) =>
        proof[SendAtSlot].Kind == SlotKind.Unstamped ? null : Timestamp.Parse(proof.TextOf(proof[SendAtSlot]));

    /// <summary>The canonical body of what was read without a fault; <c>send_at</c> is blank where only data was read.</summary>
    public byte[] Write(ref Proof proof, int sourceLength)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(SendAtStart + Timestamp.Length + "\"},\"data\":}".Length + sourceLength);
        var output = new JsonOutput(buffer);
        _body.Write(ref proof, slot: 0, ref output);
        var body = buffer.AsSpan(0, output.Length).ToArray();
        ArrayPool<byte>.Shared.Return(buffer);
        return body;
    }

    /// <summary>A body with the time it is to carry.</summary>
    public byte[] Stamp(ReadOnlySpan<byte> body, DateTime sendAt)
    {
        var stamped = body.ToArray();
        Timestamp.Write(sendAt, stamped.AsSpan(SendAtStart, Timestamp.Length));
        return stamped;
    }

    public byte[] Serialize(object record) => JsonSerializer.SerializeToUtf8Bytes(record, _record);

    /// <summary>The record of a body that this wrote.</summary>
    public object Deserialize(ReadOnlySpan<byte> body)
    {
        var dataStart = SendAtStart + Timestamp.Length + "\"},\"data\":".Length;
        return JsonSerializer.Deserialize(body[dataStart..^1], _record)!;
    }

    public byte[] DescribeBody(string title) => Describe(title, _body);

    public byte[] DescribeData(string title) => Describe(title, _data);

    private static byte[] Describe(string title, ObjectShape shape)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var schema = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        schema.WriteStartObject();
        schema.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.WriteString("title", title);
        schema.WriteString("type", "object");
        shape.DescribeFields(schema);
        schema.WriteEndObject();
        schema.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private void Relate(ref Proof proof, string dataPointer)
    {
        foreach (var (rule, slot, pointer, otherSlot, otherPointer) in _relations)
        {
            var (value, other) = (proof[slot], proof[otherSlot]);
            if (value.Kind > SlotKind.Null && other.Kind > SlotKind.Null && !rule.Holds(value.Number, other.Number))
                proof.Add($"{proof.Pointer()}{dataPointer}{pointer}", $"{rule.Refusal} {proof.Pointer()}{dataPointer}{otherPointer}.");
        }
    }

    private static string Pointer(string path) => $"/{path.Replace('.', '/')}";

    private sealed record Relation(RelationAttribute Rule, int Slot, string Pointer, int OtherSlot, string OtherPointer);
}
