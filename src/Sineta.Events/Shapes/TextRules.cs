using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Sineta.Events.Shapes;

/// <summary>A rule for strings: it sees the text decoded, as UTF-8.</summary>
internal abstract class TextRule : Rule
{
    /// <summary>The form as a pattern of ECMA 262, as far as one can say it; null where any text will do.</summary>
    protected abstract string? Pattern { get; }

    public abstract bool Accepts(ReadOnlySpan<byte> text, out long number);

    public sealed override bool TryRead(ref Proof proof, out Slot read)
    {
        if (!proof.TryReadText(out read) || !Accepts(proof.TextOf(read), out var number))
            return false;
        read = read with { Number = number };
        return true;
    }

    public sealed override void Write(ref Proof proof, Slot read, ref JsonOutput output) => proof.WriteText(read, ref output);

    public override void Describe(Utf8JsonWriter schema)
    {
        schema.WriteString("type", "string");
        if (Pattern is { } pattern)
            schema.WriteString("pattern", pattern);
    }

    /// <summary>Whether the text has the form's length, digits where it has 0, and its very characters elsewhere.</summary>
    protected static bool HasForm(ReadOnlySpan<byte> text, ReadOnlySpan<byte> form)
    {
        if (text.Length != form.Length)
            return false;
        for (var i = 0; i < form.Length; i++)
        {
            if (form[i] == '0' ? !char.IsAsciiDigit((char)text[i]) : text[i] != form[i])
                return false;
        }

        return true;
    }
}

/// <summary>A text counted in characters (Unicode code points).</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TextAttribute(int min, int max) : TextRule
{
    public override string Expected => $"a string of {min} to {max} characters without U+0000";

    protected override string Pattern => "^[^\\u0000]*$";

    public override bool Accepts(ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        return text.Length >= min && (text.Length <= max || Characters(text) <= max) && !text.Contains((byte)0);
    }

    public override void Describe(Utf8JsonWriter schema)
    {
        base.Describe(schema);
        schema.WriteNumber("minLength", min);
        schema.WriteNumber("maxLength", max);
    }

    private static int Characters(ReadOnlySpan<byte> text)
    {
        var characters = 0;
        foreach (var octet in text)
            characters += (octet & 0xC0) == 0x80 ? 0 : 1;
        return characters;
    }
}

/// <summary>A text of a learner or an author, counted in bytes because it is kept as such.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LongTextAttribute : TextRule
{
    private const int MaxBytes = 16 * 1024;

    public override string Expected => "a string of at most 16 KiB in UTF-8 without U+0000";

    protected override string Pattern => "^[^\\u0000]*$";

    public override bool Accepts(ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        return text.Length <= MaxBytes && !text.Contains((byte)0);
    }

    public override void Describe(Utf8JsonWriter schema)
    {
        base.Describe(schema);
        schema.WriteNumber("maxLength", MaxBytes);
    }
}

/// <summary>One @ with something on both sides and no space: whether it can be reached only a message to it tells.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class EmailAttribute : TextRule
{
    private const int MaxLength = 254;

    public override string Expected => "an e-mail address of at most 254 characters";

    protected override string Pattern => "^[^@\\u0000-\\u0020\\u007F]+@[^@\\u0000-\\u0020\\u007F]+$";

    public override bool Accepts(ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        var at = text.IndexOf((byte)'@');
        return at > 0 && at == text.LastIndexOf((byte)'@') && at < text.Length - 1 && text.Length <= MaxLength
            && !text.ContainsAnyInRange((byte)0, (byte)' ') && !text.Contains((byte)0x7F);
    }

    public override void Describe(Utf8JsonWriter schema)
    {
        base.Describe(schema);
        schema.WriteNumber("maxLength", MaxLength);
    }
}

/// <summary>The form alone: the source's own example fails the check digits.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class CpfTextAttribute : TextRule
{
    public override string Expected => $"a CPF written 000.000.000-00, or {Cpf.Masked}";

    protected override string Pattern => "^([0-9]{3}\\.[0-9]{3}\\.[0-9]{3}-[0-9]{2}|XXX\\.XXX\\.XXX-XX)$";

    public override bool Accepts(ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        return HasForm(text, "000.000.000-00"u8) || text.SequenceEqual(Cpf.MaskedUtf8);
    }
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class UuidAttribute : TextRule
{
    public override string Expected => "a UUID written 00000000-0000-0000-0000-000000000000";

    protected override string Pattern => "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$";

    public override bool Accepts(ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        return text.Length == 36 && Utf8Parser.TryParse(text, out Guid _, out var consumed, 'D') && consumed == 36;
    }
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class WorkloadAttribute : TextRule
{
    public override string Expected => "whole hours and an h, such as 10h";

    protected override string Pattern => "^(0|[1-9][0-9]{0,4})h$";

    public override bool Accepts(ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        return text.Length is >= 2 and <= 6 && text[^1] == 'h' && !text[..^1].ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && (text[0] != '0' || text.Length == 2);
    }
}

/// <summary>One of a few names, in this very spelling.</summary>
internal sealed class ChoiceRule(IReadOnlyList<string> names) : TextRule
{
    private readonly byte[][] _names = [.. names.Select(Encoding.UTF8.GetBytes)];

    public override string Expected => string.Join(" or ", names.Select(name => $"\"{name}\""));

    protected override string? Pattern => null;

    public override bool Accepts(ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        foreach (var name in _names)
        {
            if (text.SequenceEqual(name))
                return true;
        }

        return false;
    }

    public override void Describe(Utf8JsonWriter schema)
    {
        schema.WriteStartArray("enum");
        foreach (var name in names)
            schema.WriteStringValue(name);
        schema.WriteEndArray();
    }
}
