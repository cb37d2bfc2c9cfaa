using System.Net;

namespace Sineta.Delivery;

/// <summary>The operator's settings of delivery, the section <c>Delivery</c>.</summary>
public sealed class DeliveryOptions
{
    public const string Section = "Delivery";

    /// <summary>Ranges of addresses (CIDR) that may be delivered to although they are not public. None by default.</summary>
    public string[] AllowedNetworks { get; init; } = [];

    /// <summary>Whether an endpoint's URL may be <c>http</c>. False by default.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>The time to resolve, connect and shake hands, 5 s by default, at most 30 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The time for an attempt where the endpoint sets none, the answer's body included: 15 s by default, at most 30 s.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How many bytes of an answer's body are read and kept: 16 KiB by default, at most 1 MiB.</summary>
    public int ResponseBodyLimit { get; init; } = 16 * 1024;

    /// <summary>
    /// The seconds before each retry, in order, where the endpoint sets none. When empty, as by default, those of
    /// <see cref="Dispatch.RetrySchedule.Default"/>.
    /// </summary>
    public int[] RetrySchedule { get; init; } = [];

    /// <summary>The ranges of <see cref="AllowedNetworks"/>, once validated.</summary>
    internal IPNetwork[] ParsedNetworks() => Array.ConvertAll(AllowedNetworks, IPNetwork.Parse);
}
