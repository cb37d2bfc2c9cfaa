using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Events;

namespace Sineta.Server.Pages.Webhooks;

/// <summary>The catalogue of events: what each carries, and code that receives it.</summary>
internal static class CataloguePages
{
    /// <summary>The languages that receiving code is shown in, and their files.</summary>
    public static readonly IReadOnlyList<(string Name, string File)> Languages =
        [("C#", "receiver.cs"), ("JavaScript", "receiver.js"), ("Python", "receiver.py"), ("PHP", "receiver.php")];

    public static void Map(RouteGroupBuilder events)
    {
        events.MapGet("", static RazorComponentResult (Viewer _) => EventTypesPage.Of(EventTypes.All));
        events.MapGet("/{slug}", Show);
    }

    /// <summary>A whole program that receives a type of event.</summary>
    public static string Receiver(string file, EventType type)
    {
        using var stream = typeof(CataloguePages).Assembly.GetManifestResourceStream($"receivers/{file}.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Replace("{slug}", type.Slug, StringComparison.Ordinal);
    }

    public static string DescriptionOf(EventType type) => type.Slug switch
    {
        "activities.content.completed" => WebhookTexts.ContentCompletedWhen,
        "activities.course.completed" => WebhookTexts.CourseCompletedWhen,
        "activities.trail.completed" => WebhookTexts.TrailCompletedWhen,
        "activities.certificate.issued" => WebhookTexts.CertificateIssuedWhen,
        "activities.course.enrollment" => WebhookTexts.CourseEnrollmentWhen,
        _ => type.Description,
    };

    private static Results<RazorComponentResult, NotFound> Show(string slug) => EventTypes.TryFind(slug, out var type)
        ? EventTypePage.Of(new(type, SchemaField.Of(type), Text(type.Sample), Json.Indented(Text(type.Schema)))) : TypedResults.NotFound();

    private static string Text(ReadOnlyMemory<byte> utf8) => Json.Indented(Encoding.UTF8.GetString(utf8.Span));
}

public sealed record EventTypeModel(EventType Type, IReadOnlyList<SchemaField> Fields, string Sample, string Schema);

/// <summary>A field of an event's data, as its schema describes it.</summary>
/// <param name="Path">With dots, <c>[]</c> for each of a list.</param>
public sealed record SchemaField(string Path, string Type)
{
    public static IReadOnlyList<SchemaField> Of(EventType type)
    {
        var fields = new List<SchemaField>();
        Add(JsonElement.Parse(type.DataSchema.Span), "", fields);
        return fields;
    }

    private static void Add(JsonElement schema, string path, List<SchemaField> fields)
    {
        if (schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject())
                Add(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}", fields);
        }
        else if (schema.TryGetProperty("items", out var items))
        {
            Add(items, $"{path}[]", fields);
        }
        else
        {
            fields.Add(new SchemaField(path, Describe(schema)));
        }
    }

    // Patterns and the bounds of ids are in the schema itself: here they would hide what a field is.
    private static string Describe(JsonElement schema)
    {
        if (schema.TryGetProperty("anyOf", out var any))
            return string.Join(" | ", any.EnumerateArray().Select(Describe));
        if (schema.TryGetProperty("const", out var constant))
            return constant.GetRawText();
        if (schema.TryGetProperty("enum", out var values))
            return string.Join(" | ", values.EnumerateArray().Select(v => v.GetRawText()));
        var type = schema.TryGetProperty("type", out var named) ? NameOf(named) : "";
        if (schema.TryGetProperty("format", out var format))
            type += $" ({format})";
        return schema.TryGetProperty("maxLength", out var length) ? $"{type} ≤ {length}" : type;
    }

    private static string NameOf(JsonElement type) => type.ValueKind == JsonValueKind.Array
        ? string.Join(" | ", type.EnumerateArray().Select(static t => t.GetString())) : type.GetString()!;
}
