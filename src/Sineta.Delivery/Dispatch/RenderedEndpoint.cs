namespace Sineta.Delivery.Dispatch;

/// <summary>An endpoint as requests are made for it: made once for each change of the endpoint, used by many attempts at a time.</summary>
/// <param name="url">As <see cref="Endpoints.DestinationRules"/> accepted it.</param>
/// <param name="maskCpf">Whether bodies go out with the CPF hidden.</param>
/// <param name="customHeaders">The owner's own headers, as <see cref="Endpoints.CustomHeaders"/> accepted them.</param>
public sealed class RenderedEndpoint(Uri url, bool maskCpf, IReadOnlyDictionary<string, string> customHeaders)
{
    public Uri Url { get; } = url;

    public bool MaskCpf { get; } = maskCpf;

    internal KeyValuePair<string, string>[] CustomHeaders { get; } = [.. customHeaders];
}
