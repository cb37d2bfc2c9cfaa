using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Sineta.Events;

namespace Sineta.Server.Api;

/// <summary>
/// A request's JSON body, read strictly: only the keys of the type that is asked for, each once, each of its kind. Every fault is named,
/// not the first alone. No body at all is an empty object.
/// </summary>
public sealed class JsonBody
{
    private const int MaxBytes = 256 * 1024;
    private const int MaxFaults = 100;

    private readonly JsonElement _root;
    private readonly JsonSerializerOptions _options = JsonSerializerOptions.Default;
    private readonly ProblemResult? _refusal;

    private JsonBody(JsonElement root, JsonSerializerOptions options) => (_root, _options) = (root, options);

    private JsonBody(ProblemResult refusal) => _refusal = refusal;

    /// <summary>Whether a body that could be read has this key, be it with null: a change leaves alone what is not given.</summary>
    public bool Gives(string key) => _root.TryGetProperty(key, out _);

    public bool TryRead<T>([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out ProblemResult? refusal)
        where T : class
    {
        (value, refusal) = (null, _refusal);
        if (refusal is not null)
            return false;
        var type = (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T));
        List<Fault> faults = [.. FaultsOf(_root, type, at: "").Take(MaxFaults)];
        if (faults.Count == 0)
            value = _root.Deserialize(type)!;
        else
            refusal = ProblemTypes.InvalidBody.With(
                faults.Count == 1 ? "The body has a fault." : $"The body has {faults.Count} faults.", faults);
        return value is not null;
    }

    public static async ValueTask<JsonBody?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (await RequestBytes.ReadAsync(context.Request, MaxBytes, context.RequestAborted) is not { } bytes)
            return new(ProblemTypes.TooLarge.With($"The body is over {MaxBytes} bytes."));
        using (bytes)
        {
            if (!bytes.IsEmpty && !RequestBytes.AreJson(context.Request))
                return new(ProblemTypes.UnsupportedMediaType.With("The Content-Type must be application/json."));
            var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
            return Parse(bytes.IsEmpty ? "{}"u8.ToArray() : bytes.Memory, options);
        }
    }

    private static JsonBody Parse(ReadOnlyMemory<byte> json, JsonSerializerOptions options)
    {
        if (!Utf8.IsValid(json.Span))
            return new(ProblemTypes.InvalidJson.With("The body must be UTF-8 throughout."));
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new(document.RootElement.Clone(), options)
                : new(ProblemTypes.InvalidBody.With("The body has a fault.", [new Fault("", "Must be an object.")]));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: half a surrogate pair in a key
        {
            return new(ProblemTypes.InvalidJson.With(e.Message));
        }
    }

    /// <summary>The present settings, with what the body gives in their place. To be asked of a body that could be read.</summary>
    public T Over<T>(T present)
        where T : class
    {
        var type = (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T));
        var changed = _root.Deserialize(type)!;
        foreach (var property in type.Properties.Where(p => !Gives(p.Name)))
            property.Set!(changed, property.Get!(present));
        return changed;
    }

    private IEnumerable<Fault> FaultsOf(JsonElement value, JsonTypeInfo type, string at)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return [new Fault(at, "Must be an object.")];
        var properties = type.Properties.ToDictionary(p => p.Name, StringComparer.Ordinal);
        return value.EnumerateObject().SelectMany(item =>
        {
            var pointer = $"{at}/{item.Name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
            return properties.TryGetValue(item.Name, out var property)
                ? FaultsOf(item.Value, property, pointer)
                : [new Fault(pointer, $"Is not known here; what is: {string.Join(", ", properties.Keys)}.")];
        });
    }

    private IEnumerable<Fault> FaultsOf(JsonElement value, JsonPropertyInfo property, string at)
    {
        if (value.ValueKind == JsonValueKind.Array && ItemsOf(property.PropertyType) is { } items)
            return value.EnumerateArray().SelectMany((item, i) => FaultsOf(item, items, $"{at}/{i}"));
        return Fits(value, property) ? [] : [new Fault(at, $"Must be {Expected(property.PropertyType)}.")];
    }

    /// <summary>What an array of objects has for items; null for every other type.</summary>
    private JsonTypeInfo? ItemsOf(Type type) =>
        _options.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } items }
        && _options.GetTypeInfo(items) is { Kind: JsonTypeInfoKind.Object } info ? info : null;

    private bool Fits(JsonElement value, JsonPropertyInfo property)
    {
        var type = property.PropertyType;
        if (value.ValueKind == JsonValueKind.Null)
            return property.IsSetNullable && (!type.IsValueType || Nullable.GetUnderlyingType(type) is not null);
        if ((Nullable.GetUnderlyingType(type) ?? type) == typeof(DateTimeOffset))
            return value.ValueKind == JsonValueKind.String && QueryReader.TryReadMoment(value.GetString()!, out _);
        try
        {
            value.Deserialize(_options.GetTypeInfo(type));
            return !HasNull(value);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool HasNull(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().Any(static item => item.ValueKind == JsonValueKind.Null),
        JsonValueKind.Object => value.EnumerateObject().Any(static item => item.Value.ValueKind == JsonValueKind.Null),
        _ => false,
    };

    private static string Expected(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(string) ? "a string"
            : plain == typeof(int) || plain == typeof(long) ? "a whole number"
            : plain == typeof(bool) ? "true or false"
            : plain == typeof(decimal) ? "a number"
            : plain == typeof(DateTimeOffset) ? "a moment since 1970 with its offset, such as 2026-03-10T12:00:00Z"
            : plain == typeof(DateOnly) ? "a day, such as 2026-03-10"
            : Is<IEnumerable<int>>(plain) || Is<IEnumerable<long>>(plain) ? "an array of whole numbers"
            : Is<IEnumerable<string>>(plain) ? "an array of strings"
            : Is<IEnumerable<KeyValuePair<string, string>>>(plain) ? "an object of strings"
            : Is<IEnumerable>(plain) ? "an array of objects"
            : "of another kind";
    }

    private static bool Is<T>(Type type) => type.IsAssignableTo(typeof(T));
}
