using System.Text.Json;

namespace Sineta.Events.Shapes;

/// <summary>A whole number, written as one: <c>7.0</c> and <c>7e0</c> are refused.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class IntegerAttribute(long min, long max) : Rule
{
    /// <summary>Any id. The largest is what a JavaScript receiver reads exactly: 2^53 − 1.</summary>
    public static readonly IntegerAttribute Id = new(1, 9_007_199_254_740_991);

    public override string Expected => $"an integer from {min} to {max}";

    public override bool TryRead(ref Proof proof, out Slot read)
    {
        var number = 0L;
        var isInteger = proof.Json.TokenType == JsonTokenType.Number && proof.Json.TryGetInt64(out number);
        read = Slot.Of(number);
        return isInteger && number >= min && number <= max;
    }

    public override void Write(ref Proof proof, Slot read, ref JsonOutput output) => output.Number(read.Number);

    public override void Describe(Utf8JsonWriter schema)
    {
        schema.WriteString("type", "integer");
        schema.WriteNumber("minimum", min);
        schema.WriteNumber("maximum", max);
    }
}

/// <summary>A number kept as hundredths. The schema cannot say the two decimals: 8.41 is no multiple of 0.01 in binary.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NumberAttribute(long min, long max) : Rule
{
    public override string Expected => $"a number from {min} to {max} with at most 2 decimals, written without an exponent";

    public override bool TryRead(ref Proof proof, out Slot read)
    {
        read = default;
        if (proof.Json.TokenType != JsonTokenType.Number
            || proof.Json.ValueSpan.ContainsAny((byte)'e', (byte)'E')
            || !proof.Json.TryGetDecimal(out var number))
            return false;
        var allowed = number.Scale <= 2 && number >= min && number <= max;
        read = allowed ? Slot.Of((long)(number * 100)) : default;
        return allowed;
    }

    public override void Write(ref Proof proof, Slot read, ref JsonOutput output)
    {
        var (whole, hundredths) = long.DivRem(Math.Abs(read.Number), 100);
        if (read.Number < 0)
            output.Raw("-"u8);
        output.Number(whole);
        if (hundredths == 0)
            return;
        output.Raw("."u8);
        if (hundredths < 10)
            output.Raw("0"u8);
        output.Number(hundredths % 10 == 0 ? hundredths / 10 : hundredths);
    }

    public override void Describe(Utf8JsonWriter schema)
    {
        schema.WriteString("type", "number");
        schema.WriteNumber("minimum", min);
        schema.WriteNumber("maximum", max);
    }
}

/// <summary>0 or 1 on the wire, as receivers of the source's contract expect; false and true are understood on reading.</summary>
internal sealed class ZeroOrOneRule : Rule
{
    public override string Expected => "0 or 1";

    public override bool TryRead(ref Proof proof, out Slot read)
    {
        var number = proof.Json.TokenType switch
        {
            JsonTokenType.False => 0,
            JsonTokenType.True => 1,
            JsonTokenType.Number when proof.Json.ValueSpan is [var digit] => digit - '0',
            _ => -1,
        };
        read = Slot.Of(number);
        return number is 0 or 1;
    }

    public override void Write(ref Proof proof, Slot read, ref JsonOutput output) => output.Number(read.Number);

    public override void Describe(Utf8JsonWriter schema)
    {
        schema.WriteString("type", "integer");
        schema.WriteStartArray("enum");
        schema.WriteNumberValue(0);
        schema.WriteNumberValue(1);
        schema.WriteEndArray();
    }
}

internal sealed class TrueOrFalseRule : Rule
{
    public override string Expected => "true or false";

    public override bool TryRead(ref Proof proof, out Slot read)
    {
        read = Slot.Of(proof.Json.TokenType == JsonTokenType.True ? 1 : 0);
        return proof.Json.TokenType is JsonTokenType.True or JsonTokenType.False;
    }

    public override void Write(ref Proof proof, Slot read, ref JsonOutput output) => output.Raw(read.Number == 1 ? "true"u8 : "false"u8);

    public override void Describe(Utf8JsonWriter schema) => schema.WriteString("type", "boolean");
}
