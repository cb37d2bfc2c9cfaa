using System.Text.Json;
using System.Text.Unicode;

namespace Sineta.Events.Shapes;

/// <summary>What every reading needs of JSON, before and beside its shape.</summary>
internal static class JsonInput
{
    public const int MaxDepth = 16;

    public static Utf8JsonReader Reader(ReadOnlySpan<byte> source) => new(source, new JsonReaderOptions { MaxDepth = MaxDepth });

    /// <summary>Why the source is not read at all; null where nothing stands against it.</summary>
    public static string? Impediment(ReadOnlySpan<byte> source)
    {
        if (source.Length > EventReader.MaxBytes)
            return $"Must be at most {EventReader.MaxBytes} bytes.";
        return Utf8.IsValid(source) ? null : "Must be UTF-8 throughout.";
    }

    /// <summary>Says where, and in what, the JSON is broken.</summary>
    public static string Describe(JsonException broken)
    {
        var reason = broken.Message;
        var position = reason.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return $"Must be JSON, but is broken at line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}: "
            + (position < 0 ? reason : reason[..position]);
    }

    /// <summary>The key or string at which a reader stands; as it is in the source where its escapes make no Unicode.</summary>
    public static ReadOnlySpan<byte> Text(ref Utf8JsonReader json)
    {
        if (!json.ValueIsEscaped)
            return json.ValueSpan;
        try
        {
            var text = new byte[json.ValueSpan.Length];
            return text.AsSpan(0, json.CopyString(text));
        }
        catch (InvalidOperationException)
        {
            return json.ValueSpan;
        }
    }

    /// <summary>Moves from an object's start to the value of a key in it.</summary>
    public static bool FindKey(ref Utf8JsonReader json, ReadOnlySpan<byte> key)
    {
        if (json.TokenType != JsonTokenType.StartObject)
            return false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var found = Text(ref json).SequenceEqual(key);
            json.Read();
            if (found)
                return true;
            json.Skip();
        }

        return false;
    }
}
