using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sineta.Delivery.Dispatch;
using Sineta.Events;

namespace Sineta.Delivery.Tests.Dispatch;

/// <summary>A sender that may deliver to loopback, and requests for it.</summary>
internal static class SenderFixture
{
    public static readonly WebhookSecret Secret = WebhookSecret.Parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    public static readonly TimeSpan Ample = TimeSpan.FromSeconds(30);

    public static readonly byte[] Body = Encoding.UTF8.GetBytes("""
        {"event":{"name":"Atividades - Conclusão","slug":"activities.course.completed"},"data":{"user":{"cpf":"529.982.247-25"}}}
        """);

    public static DeliverySender NewSender(
        ResolveHost? resolve = null, X509Certificate2Collection? roots = null, bool loopback = true, TimeProvider? time = null) =>
        new(new DeliveryOptions
        {
            AllowedNetworks = loopback ? ["127.0.0.0/8"] : [],
            AllowHttp = true,
        }, time ?? TimeProvider.System, resolve, roots);

    public static RenderedEvent NewEvent() => new(
        "evt_1", "activities.course.completed", Body, new DateTimeOffset(2025, 3, 10, 12, 1, 43, TimeSpan.FromHours(-3)),
        "enrollment:11", "cor_1", source: null, subject: "user/7", dataSchema: "https://sineta.example/v1/event-types/x");

    public static SignedRequest NewRequest(string url) => SignedRequest.Sign(
        NewEvent(), new RenderedEndpoint(42, new Uri(url), maskCpf: false, new Dictionary<string, string>()), [Secret], "dlv_1", 1,
        DateTimeOffset.FromUnixTimeSeconds(1_614_265_330));

    public static ResolveHost Resolving(params string[] addresses) =>
        (_, _) => Task.FromResult(Array.ConvertAll(addresses, IPAddress.Parse));

    public static Task<AttemptResult> SendAsync(this DeliverySender sender, string url, CancellationToken cancellationToken) =>
        sender.SendAsync(NewRequest(url), Ample, cancellationToken).AsTask();
}
