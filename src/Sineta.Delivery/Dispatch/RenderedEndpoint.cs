using System.Globalization;
using Sineta.Events;

namespace Sineta.Delivery.Dispatch;

/// <summary>An endpoint as requests are made for it: made once for each change of the endpoint, used by many attempts at a time.</summary>
public sealed class RenderedEndpoint
{
    private static readonly string UserAgent = $"Sineta/{typeof(RenderedEndpoint).Assembly.GetName().Version?.ToString(3)}";

    /// <param name="institutionId">Whose it is, and whose events it gets.</param>
    /// <param name="url">As <see cref="Endpoints.DestinationRules"/> accepted it.</param>
    /// <param name="maskCpf">Whether bodies go out with the CPF hidden.</param>
    /// <param name="customHeaders">The owner's own headers, as <see cref="Endpoints.CustomHeaders"/> accepted them.</param>
    public RenderedEndpoint(long institutionId, Uri url, bool maskCpf, IReadOnlyDictionary<string, string> customHeaders)
    {
        Url = url;
        MaskCpf = maskCpf;
        Headers =
        [
            new("user-agent", UserAgent),
            new(WebhookHeaders.CloudEventVersion, "1.0"),
            new(WebhookHeaders.CloudEventSource, string.Create(CultureInfo.InvariantCulture, $"/institutions/{institutionId}")),
            .. customHeaders,
        ];
    }

    public Uri Url { get; }

    public bool MaskCpf { get; }

    internal KeyValuePair<string, string>[] Headers { get; }
}
