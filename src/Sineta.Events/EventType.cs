using System.Text.Json.Serialization.Metadata;
using Sineta.Events.Shapes;

namespace Sineta.Events;

/// <summary>One of the five kinds of events, with all that is to be known about it.</summary>
public sealed class EventType
{
    private readonly Lazy<byte[]> _schema;
    private readonly Lazy<byte[]> _dataSchema;
    private readonly Lazy<byte[]> _sample;

    internal EventType(
        string slug, string name, string description, string dedupeKey, JsonTypeInfo record, ActivityEvent sample, DateTime sampleSendAt)
    {
        (Slug, Name, Description) = (slug, name, description);
        Body = new BodyShape(slug, name, record);
        Key = new DedupeKeyForm(dedupeKey, Body);
        UserIdSlot = Body.SlotOf("user.id");
        _schema = new(() => Body.DescribeBody(name));
        _dataSchema = new(() => Body.DescribeData(name));
        _sample = new(() => ((EventReading.Accepted)EventReader.Prove(sample)).Document.ToBody(sampleSendAt));
    }

    /// <summary>The name that programs use, such as <c>activities.course.completed</c>.</summary>
    public string Slug { get; }

    /// <summary>The name on the wire, in Portuguese, such as <c>Atividades - Curso concluído</c>.</summary>
    public string Name { get; }

    /// <summary>When it happens, in one English sentence.</summary>
    public string Description { get; }

    /// <summary>How its dedupe key is made: <c>user:{user.id}/trail:{trail.id}</c>, where braces name values under <c>data</c>.</summary>
    public string DedupeKeyForm => Key.Form;

    /// <summary>JSON Schema (2020-12) of a whole body, in UTF-8. It says what such a schema can; the reader knows a little more.</summary>
    public ReadOnlyMemory<byte> Schema => _schema.Value;

    /// <summary>JSON Schema (2020-12) of what stands under <c>data</c>, in UTF-8.</summary>
    public ReadOnlyMemory<byte> DataSchema => _dataSchema.Value;

    /// <summary>A whole body as it would be sent, in UTF-8.</summary>
    public ReadOnlyMemory<byte> Sample => _sample.Value;

    internal BodyShape Body { get; }

    internal DedupeKeyForm Key { get; }

    internal int UserIdSlot { get; }

    /// <summary>The slug.</summary>
    public override string ToString() => Slug;
}
