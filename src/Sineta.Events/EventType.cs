using System.Text.Json.Serialization.Metadata;
using Sineta.Events.Shapes;

namespace Sineta.Events;

/// <summary>One of the five kinds of events, with all that is to be known about it.</summary>
public sealed class EventType : WebhookType
{
    private readonly Lazy<byte[]> _dataSchema;

    internal EventType(
        string slug, string name, string description, string dedupeKey, JsonTypeInfo record, ActivityEvent sample, DateTime sampleSendAt)
        : base(slug, name, description, record, () => ((EventReading.Accepted)EventReader.Prove(sample)).Document.ToBody(sampleSendAt))
    {
        Key = new DedupeKeyForm(dedupeKey, Body);
        UserIdSlot = Body.SlotOf("user.id");
        _dataSchema = new(() => Body.DescribeData(name));
    }

    /// <summary>How its dedupe key is made: <c>user:{user.id}/trail:{trail.id}</c>, where braces name values under <c>data</c>.</summary>
    public string DedupeKeyForm => Key.Form;

    /// <summary>JSON Schema (2020-12) of what stands under <c>data</c>, in UTF-8.</summary>
    public ReadOnlyMemory<byte> DataSchema => _dataSchema.Value;

    internal DedupeKeyForm Key { get; }

    internal int UserIdSlot { get; }
}
