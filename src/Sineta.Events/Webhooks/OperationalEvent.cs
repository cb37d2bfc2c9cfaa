using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Sineta.Events.Shapes;

namespace Sineta.Events;

/// <summary>News about the webhooks themselves: in the same envelope, signed as any delivery is.</summary>
public abstract record OperationalEvent
{
    /// <summary>How every operational slug begins.</summary>
    public const string SlugPrefix = "webhooks.";

    private protected OperationalEvent() { }

    /// <summary>Its kind.</summary>
    [JsonIgnore]
    public abstract OperationalType Type { get; }

    /// <summary>The name that programs use.</summary>
    [JsonIgnore]
    public string Slug => Type.Slug;

    private BodyShape Body => Type.Body;

    /// <summary>Reads a whole body; false where it is none of the operational events, or a faulty one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> utf8Body, [NotNullWhen(true)] out OperationalEvent? operational)
    {
        operational = EventReader.TryReadSlug(utf8Body, out var slug)
            && OperationalTypes.All.FirstOrDefault(type => type.Slug == slug) is { } type ? Read(type.Body, utf8Body) : null;
        return operational is not null;
    }

    /// <summary>The body's very bytes, as they are signed and sent.</summary>
    /// <param name="sendAt">When it happened, local time of the institution; whole seconds are kept.</param>
    /// <exception cref="ArgumentException">The time is marked as UTC.</exception>
    /// <exception cref="InvalidOperationException">A text is empty or too long.</exception>
    public byte[] ToBody(DateTime sendAt)
    {
        var data = Body.Serialize(this);
        var proof = new Proof(data, "/data");
        try
        {
            Body.Read(ref proof, isBody: false);
            return proof.Faults is { } faults
                ? throw new InvalidOperationException($"{faults[0].Pointer}: {faults[0].Message}")
                : Body.Stamp(Body.Write(ref proof, data.Length), sendAt);
        }
        finally
        {
            proof.Dispose();
        }
    }

    private static OperationalEvent? Read(BodyShape shape, ReadOnlySpan<byte> body)
    {
        var proof = new Proof(body, "");
        try
        {
            shape.Read(ref proof, isBody: true);
            return proof.Faults is null ? (OperationalEvent)shape.Deserialize(shape.Write(ref proof, body.Length)) : null;
        }
        finally
        {
            proof.Dispose();
        }
    }
}

/// <summary>
/// Asks a new endpoint to prove that it expects deliveries: it answers 2xx with the challenge, as text or as <c>{"challenge":…}</c>.
/// </summary>
/// <param name="EndpointId">The endpoint, <c>ep_…</c>.</param>
/// <param name="Challenge">What is to be echoed.</param>
public sealed record EndpointVerification(string EndpointId, string Challenge) : OperationalEvent
{
    /// <summary>Its slug.</summary>
    public const string SlugText = "webhooks.endpoint.verification";

    /// <inheritdoc/>
    [JsonIgnore]
    public override OperationalType Type => OperationalTypes.EndpointVerification;
}

/// <summary>Tells the other endpoints of an institution that one was disabled.</summary>
/// <param name="EndpointId">The disabled endpoint, <c>ep_…</c>.</param>
/// <param name="Url">Its address.</param>
/// <param name="Reason">Why, in English, 1 to 1,000 characters.</param>
public sealed record EndpointDisabled(string EndpointId, [property: Text(1, 2048)] string Url, [property: Text(1, 1000)] string Reason)
    : OperationalEvent
{
    /// <summary>Its slug.</summary>
    public const string SlugText = "webhooks.endpoint.disabled";

    /// <inheritdoc/>
    [JsonIgnore]
    public override OperationalType Type => OperationalTypes.EndpointDisabled;
}
