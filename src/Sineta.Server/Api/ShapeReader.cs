using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Sineta.Events;

namespace Sineta.Server.Api;

/// <summary>
/// Holds a JSON value against the type that is asked for: only its keys, each once, each of its kind. What cannot be read is a fault, and
/// stands as a blank in what is read, so that it is not missing and the rules can judge the rest.
/// </summary>
internal sealed class ShapeReader(JsonSerializerOptions options)
{
    public const int MaxFaults = 100;

    private readonly List<Fault> _faults = [];
    private readonly List<string> _blanks = [];

    public IReadOnlyList<Fault> Faults => _faults;

    /// <summary>Whether a fault is of what could be read, and not of a blank, nor of what has one in it.</summary>
    public bool IsOfWhatWasRead(Fault fault) =>
        !_blanks.Any(blank => IsWithin(fault.Pointer, blank) || IsWithin(blank, fault.Pointer));

    public JsonNode? Read(JsonElement value, JsonTypeInfo type, string at, bool isNullable = false) => (type.Kind, value.ValueKind) switch
    {
        (_, JsonValueKind.Null) when isNullable => null,
        (JsonTypeInfoKind.Object, JsonValueKind.Object) => ReadObject(value, type, at),
        (JsonTypeInfoKind.Dictionary, JsonValueKind.Object) => ReadEntries(value, options.GetTypeInfo(type.ElementType!), at),
        (JsonTypeInfoKind.Enumerable, JsonValueKind.Array) => ReadItems(value, options.GetTypeInfo(type.ElementType!), at),
        (JsonTypeInfoKind.None, not JsonValueKind.Null) when Fits(value, type) => JsonValue.Create(value),
        _ => Blank(type, at),
    };

    private JsonObject ReadObject(JsonElement value, JsonTypeInfo type, string at)
    {
        var properties = type.Properties.ToDictionary(static p => p.Name, StringComparer.Ordinal);
        var read = new JsonObject();
        foreach (var (name, pointer, item) in OnceEach(value, at))
        {
            if (properties.TryGetValue(name, out var property))
                read[name] = Read(item, options.GetTypeInfo(property.PropertyType), pointer, IsNullable(property));
            else
                Refuse(pointer, $"Is not known here; what is: {string.Join(", ", properties.Keys)}.");
        }

        return read;
    }

    private JsonObject ReadEntries(JsonElement value, JsonTypeInfo type, string at)
    {
        var read = new JsonObject();
        foreach (var (name, pointer, item) in OnceEach(value, at))
            read[name] = Read(item, type, pointer);
        return read;
    }

    private JsonArray ReadItems(JsonElement value, JsonTypeInfo type, string at) =>
        [.. value.EnumerateArray().Select((item, i) => Read(item, type, $"{at}/{i}"))];

    private IEnumerable<(string Name, string Pointer, JsonElement Value)> OnceEach(JsonElement value, string at)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in value.EnumerateObject())
        {
            var name = NameOf(item);
            var pointer = $"{at}/{Fault.Step(name)}";
            if (seen.Add(name))
                yield return (name, pointer, item.Value);
            else
                Refuse(pointer, "Is given twice.");
        }
    }

    /// <summary>As it is in the source where its escapes make no Unicode: half a surrogate pair.</summary>
    private static string NameOf(JsonProperty item)
    {
        try
        {
            return item.Name;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(item));
        }
    }

    private static bool IsNullable(JsonPropertyInfo property) =>
        property.IsSetNullable && (!property.PropertyType.IsValueType || Nullable.GetUnderlyingType(property.PropertyType) is not null);

    private static bool Fits(JsonElement value, JsonTypeInfo type)
    {
        try
        {
            return PlainOf(type) == typeof(DateTimeOffset)
                ? value.ValueKind == JsonValueKind.String && QueryReader.TryReadMoment(value.GetString()!, out _)
                : value.Deserialize(type) is not null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: half a surrogate pair
        {
            return false;
        }
    }

    private JsonNode Blank(JsonTypeInfo type, string at)
    {
        Refuse(at, $"Must be {Expected(type)}.");
        if (_blanks.Count < MaxFaults)
            _blanks.Add(at);
        return type.Kind switch
        {
            JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary => new JsonObject(),
            JsonTypeInfoKind.Enumerable => new JsonArray(),
            _ when type.Type == typeof(string) => JsonValue.Create(""),
            _ => JsonSerializer.SerializeToNode(Activator.CreateInstance(PlainOf(type)), options.GetTypeInfo(PlainOf(type)))!,
        };
    }

    private void Refuse(string pointer, string message)
    {
        if (_faults.Count < MaxFaults)
            _faults.Add(new Fault(pointer, message));
    }

    private static string Expected(JsonTypeInfo type)
    {
        var plain = PlainOf(type);
        return plain == typeof(string) ? "a string"
            : plain == typeof(int) || plain == typeof(long) ? "a whole number"
            : plain == typeof(bool) ? "true or false"
            : plain == typeof(decimal) ? "a number"
            : plain == typeof(DateTimeOffset) ? "a moment since 1970 with its offset, such as 2026-03-10T12:00:00Z"
            : plain == typeof(DateOnly) ? "a day, such as 2026-03-10"
            : type.Kind == JsonTypeInfoKind.Object ? "an object"
            : Is<IEnumerable<int>>(plain) || Is<IEnumerable<long>>(plain) ? "an array of whole numbers"
            : Is<IEnumerable<string>>(plain) ? "an array of strings"
            : Is<IEnumerable<KeyValuePair<string, string>>>(plain) ? "an object of strings"
            : Is<IEnumerable>(plain) ? "an array of objects"
            : "of another kind";
    }

    private static Type PlainOf(JsonTypeInfo type) => Nullable.GetUnderlyingType(type.Type) ?? type.Type;

    private static bool Is<T>(Type type) => type.IsAssignableTo(typeof(T));

    private static bool IsWithin(string pointer, string outer) =>
        pointer.StartsWith(outer, StringComparison.Ordinal) && (pointer.Length == outer.Length || pointer[outer.Length] == '/');
}
