using System.Text;
using System.Text.Json;

namespace Sineta.Events.Shapes;

/// <summary>A string that is always the same.</summary>
internal sealed class ConstantShape(string text) : Shape
{
    private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(text);
    private readonly byte[] _json = Encoding.UTF8.GetBytes($"\"{text}\"");

    public override int Width => 0;

    public override void Read(ref Proof proof, int slot)
    {
        if (proof.Json.TokenType != JsonTokenType.String || !JsonInput.Text(ref proof.Json).SequenceEqual(_utf8))
            proof.Refuse($"Must be \"{text}\".");
    }

    public override void Write(ref Proof proof, int slot, ref JsonOutput output) => output.Raw(_json);

    public override void Describe(Utf8JsonWriter schema)
    {
        schema.WriteStartObject();
        schema.WriteString("const", text);
        schema.WriteEndObject();
    }
}
