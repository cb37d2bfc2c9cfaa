using System.Text.Json.Serialization.Metadata;

namespace Sineta.Events;

/// <summary>One of the kinds of operational events, with all that is to be known about it.</summary>
public sealed class OperationalType : WebhookType
{
    internal OperationalType(
        string slug, string name, string description, JsonTypeInfo record, OperationalEvent sample, DateTime sampleSendAt)
        : base(slug, name, description, record, () => sample.ToBody(sampleSendAt))
    {
    }
}

/// <summary>The operational events, each with an example.</summary>
public static class OperationalTypes
{
    private const string SampleEndpoint = "ep_01980a3b5d2c7f4e9b1a6c8d0e2f4a6b";

    /// <summary>An endpoint is asked to prove itself: <see cref="Events.EndpointVerification"/>.</summary>
    public static OperationalType EndpointVerification { get; } = new(
        Events.EndpointVerification.SlugText,
        name: "Webhooks - Verificação",
        description: "An endpoint is asked to prove that it expects deliveries. Answer 2xx with the challenge, as text or as "
            + "{\"challenge\":…}; until then nothing else is sent there.",
        EventJson.Default.EndpointVerification,
        sample: new EndpointVerification(SampleEndpoint, "Vq3mXr8sT1yB5nKcZ0dW"),
        sampleSendAt: new DateTime(2026, 3, 10, 12, 1, 43));

    /// <summary>An endpoint was disabled: <see cref="Events.EndpointDisabled"/>.</summary>
    public static OperationalType EndpointDisabled { get; } = new(
        Events.EndpointDisabled.SlugText,
        name: "Webhooks - Destino desativado",
        description: "Another endpoint of the institution was disabled: its deliveries are held until somebody resumes it. Sent to those "
            + "that take every type, or name this one.",
        EventJson.Default.EndpointDisabled,
        sample: new EndpointDisabled(SampleEndpoint, "https://crm.example.com/hooks", "It answered 410 Gone."),
        sampleSendAt: new DateTime(2026, 3, 10, 12, 1, 43));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<OperationalType> All { get; } = [EndpointVerification, EndpointDisabled];
}
