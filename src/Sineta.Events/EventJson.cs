using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sineta.Events;

/// <summary>
/// The records' metadata, made at compile time. <see cref="Shapes.RecordShapes"/> builds the shapes from it; a record itself goes to and
/// from JSON by it, always through a proof (<see cref="EventReader"/>), so this never decides what is on the wire.
/// </summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    Converters = [typeof(TimestampConverter), typeof(ZeroOrOneConverter), typeof(TrueOrFalseConverter)],
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ContentCompleted))]
[JsonSerializable(typeof(CourseCompleted))]
[JsonSerializable(typeof(TrailCompleted))]
[JsonSerializable(typeof(CertificateIssued))]
[JsonSerializable(typeof(CourseEnrollment))]
[JsonSerializable(typeof(EndpointVerification))]
[JsonSerializable(typeof(EndpointDisabled))]
internal sealed partial class EventJson : JsonSerializerContext;

internal static class Timestamp
{
    public const string Format = "yyyy-MM-dd HH:mm:ss";
    public const int Length = 19;

    public static ReadOnlySpan<byte> Blank => "yyyy-MM-dd HH:mm:ss"u8;

    public static DateTime Parse(ReadOnlySpan<byte> text) =>
        DateTime.ParseExact(Encoding.ASCII.GetString(text), Format, CultureInfo.InvariantCulture);

    /// <exception cref="ArgumentException">The time is marked as UTC: it was not turned into the institution's time.</exception>
    public static void Write(DateTime local, Span<byte> target)
    {
        if (local.Kind == DateTimeKind.Utc)
            throw new ArgumentException("The contract's times are local to the institution; this one is UTC.", nameof(local));
        local.TryFormat(target, out _, Format, CultureInfo.InvariantCulture);
    }
}

internal sealed class TimestampConverter : JsonConverter<DateTime>
{
    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DateTime.ParseExact(reader.GetString()!, Timestamp.Format, CultureInfo.InvariantCulture);

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[Timestamp.Length];
        Timestamp.Write(value, text);
        writer.WriteStringValue(text);
    }
}

internal sealed class ZeroOrOneConverter : JsonConverter<bool>
{
    public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetInt32() == 1;

    public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteNumberValue(value ? 1 : 0);
}

internal sealed class TrueOrFalseConverter : JsonConverter<bool?>
{
    public override bool? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? null : reader.GetBoolean();

    public override void Write(Utf8JsonWriter writer, bool? value, JsonSerializerOptions options)
    {
        if (value is { } known)
            writer.WriteBooleanValue(known);
        else
            writer.WriteNullValue();
    }
}
