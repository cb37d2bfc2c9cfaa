using System.Text.Json.Serialization.Metadata;
using Sineta.Events.Shapes;

namespace Sineta.Events;

/// <summary>A kind of body that is sent: <see cref="EventType"/> of what happened, <see cref="OperationalType"/> of the webhooks themselves.</summary>
public abstract class WebhookType
{
    private readonly Lazy<byte[]> _schema;
    private readonly Lazy<byte[]> _sample;

    private protected WebhookType(string slug, string name, string description, JsonTypeInfo record, Func<byte[]> sample)
    {
        (Slug, Name, Description) = (slug, name, description);
        Body = new BodyShape(slug, name, record);
        _schema = new(() => Body.DescribeBody(name));
        _sample = new(sample);
    }

    /// <summary>The name that programs use, such as <c>activities.course.completed</c>.</summary>
    public string Slug { get; }

    /// <summary>The name on the wire, in Portuguese, such as <c>Atividades - Curso concluído</c>.</summary>
    public string Name { get; }

    /// <summary>When it happens, and what its receiver is to do where that is special, in one or two English sentences.</summary>
    public string Description { get; }

    /// <summary>JSON Schema (2020-12) of a whole body, in UTF-8. It says what such a schema can; the reader knows a little more.</summary>
    public ReadOnlyMemory<byte> Schema => _schema.Value;

    /// <summary>A whole body as it would be sent, in UTF-8.</summary>
    public ReadOnlyMemory<byte> Sample => _sample.Value;

    internal BodyShape Body { get; }

    /// <summary>The slug.</summary>
    public override string ToString() => Slug;
}
