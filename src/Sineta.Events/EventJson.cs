using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sineta.Events.Shapes;

namespace Sineta.Events;

/// <summary>
/// The records' metadata, made at compile time. <see cref="RecordShapes"/> builds the shapes from it; a record itself goes to and
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
