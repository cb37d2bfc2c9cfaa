using System.Buffers;
using System.Buffers.Text;

namespace Sineta.Events.Shapes;

/// <summary>
/// Writes compact JSON: texts literally but for what JSON itself requires to be escaped. <see cref="System.Text.Json.Utf8JsonWriter"/>
/// escapes what lies outside the basic plane under every encoder, which is why this exists.
/// </summary>
internal ref struct JsonOutput(Span<byte> target)
{
    private static readonly SearchValues<byte> MustBeEscaped =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (byte)i), (byte)'"', (byte)'\\']);

    private readonly Span<byte> _target = target;

    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Written => _target[..Length];

    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_target[Length..]);
        Length += bytes.Length;
    }

    public void Number(long number)
    {
        if (!Utf8Formatter.TryFormat(number, _target[Length..], out var written))
            throw new ArgumentException("The output is too short for the number.", nameof(number));
        Length += written;
    }

    /// <summary>Writes the inside of a string from its decoded text.</summary>
    public void Escaped(scoped ReadOnlySpan<byte> text)
    {
        for (int at; (at = text.IndexOfAny(MustBeEscaped)) >= 0; text = text[(at + 1)..])
        {
            Raw(text[..at]);
            Escape(text[at]);
        }

        Raw(text);
    }

    private void Escape(byte character)
    {
        ReadOnlySpan<byte> shortForm = character switch
        {
            (byte)'"' => "\\\""u8,
            (byte)'\\' => "\\\\"u8,
            (byte)'\b' => "\\b"u8,
            (byte)'\f' => "\\f"u8,
            (byte)'\n' => "\\n"u8,
            (byte)'\r' => "\\r"u8,
            (byte)'\t' => "\\t"u8,
            _ => [],
        };
        if (shortForm.IsEmpty)
            Raw([(byte)'\\', (byte)'u', (byte)'0', (byte)'0', (byte)('0' + (character >> 4)), "0123456789abcdef"u8[character & 15]]);
        else
            Raw(shortForm);
    }
}
