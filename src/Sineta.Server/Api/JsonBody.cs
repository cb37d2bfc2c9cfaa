using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Sineta.Delivery.Intake;
using Sineta.Events;

namespace Sineta.Server.Api;

/// <summary>
/// A request's JSON body, read strictly: only the keys of the type that is asked for, each once, each of its kind. Every fault is named,
/// not the first alone. No body at all is an empty object.
/// </summary>
public sealed class JsonBody
{
    private const int MaxBytes = 256 * 1024;

    private readonly JsonElement _root;
    private readonly JsonSerializerOptions _options = JsonSerializerOptions.Default;
    private readonly ProblemResult? _refusal;

    private JsonBody(JsonElement root, JsonSerializerOptions options) => (_root, _options) = (root, options);

    private JsonBody(ProblemResult refusal) => _refusal = refusal;

    /// <summary>Whether a body that could be read has this key, be it with null: a change leaves alone what is not given.</summary>
    public bool Gives(string key) => _root.TryGetProperty(key, out _);

    /// <summary>Reads a body of which there are no rules but its shape.</summary>
    public bool TryRead<T>([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out ProblemResult? refusal)
        where T : class => TryRead(static _ => [], out value, out refusal);

    /// <summary>Reads a body. Its values are for the caller to judge, unless its shape alone has it refused.</summary>
    /// <param name="valueFaults">What the rules say of what could be read, so that the refusal names every fault.</param>
    public bool TryRead<T>(
        Func<T, IEnumerable<Fault>> valueFaults, [NotNullWhen(true)] out T? value, [NotNullWhen(false)] out ProblemResult? refusal)
        where T : class => TryRead((read, _) => valueFaults(read), out value, out refusal);

    /// <summary>The same of a change, in which nothing is missing.</summary>
    public bool TryReadPatch<T>(
        Func<T, IEnumerable<Fault>> valueFaults, [NotNullWhen(true)] out T? patch, [NotNullWhen(false)] out ProblemResult? refusal)
        where T : class => TryRead(
            (read, given) => valueFaults(read).Where(fault => given.ContainsKey(fault.Pointer.TrimStart('/').Split('/')[0])),
            out patch, out refusal);

    private bool TryRead<T>(
        Func<T, JsonObject, IEnumerable<Fault>> valueFaults, [NotNullWhen(true)] out T? value,
        [NotNullWhen(false)] out ProblemResult? refusal)
        where T : class
    {
        (value, refusal) = (null, _refusal);
        if (refusal is not null)
            return false;
        var type = (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T));
        var shape = new ShapeReader(_options);
        var given = shape.Read(_root, type, at: "")!.AsObject();
        var read = given.Deserialize(type)!;
        if (shape.Faults.Count == 0)
        {
            value = read;
            return true;
        }

        List<Fault> faults =
            [.. shape.Faults.Concat(valueFaults(read, given).Where(shape.IsOfWhatWasRead)).Take(ShapeReader.MaxFaults)];
        refusal = ProblemTypes.InvalidBody.With(
            faults.Count == 1 ? "The body has a fault." : $"The body has {faults.Count} faults.", faults);
        return false;
    }

    public static async ValueTask<JsonBody?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (await RequestBytes.ReadAsync(context.Request, MaxBytes, context.RequestAborted) is not { } bytes)
            return new(ProblemTypes.TooLarge.With($"The body is over {MaxBytes} bytes."));
        using (bytes)
        {
            if (!bytes.IsEmpty && RequestBytes.RefusalOf(context.Request) is { } refusal)
                return new(refusal);
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
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new(document.RootElement.Clone(), options)
                : new(ProblemTypes.InvalidBody.With("The body has a fault.", [new Fault("", "Must be an object.")]));
        }
        catch (JsonException broken)
        {
            return new(ProblemTypes.InvalidJson.With(IntakeReader.Describe(broken)));
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
}
