using System.Net;
using System.Net.Sockets;

namespace Sineta.Delivery.Endpoints;

/// <summary>
/// Which addresses may be delivered to: the public ones, and those that the operator opened with <c>Delivery:AllowedNetworks</c>.
/// The ranges are those of the IANA special-purpose registries, as of RFC 6890 and its successors.
/// </summary>
/// <remarks>
/// An IPv6 range that carries an IPv4 address is forbidden as a whole. Where the operator opened it (a network behind NAT64 must),
/// the IPv4 address inside is judged too, so that opening <c>64:ff9b::/96</c> does not open <c>64:ff9b::10.0.0.1</c>.
/// </remarks>
public sealed class AddressRules(IReadOnlyList<IPNetwork> allowed)
{
    internal const string HowToOpen = "The operator opens a network with Delivery:AllowedNetworks (Delivery__AllowedNetworks__0).";

    private static readonly ForbiddenRange[] V4 =
    [
        Range("0.0.0.0/8", "this network"),
        Range("10.0.0.0/8", "private"),
        Range("100.64.0.0/10", "shared by carriers (CGNAT)"),
        Range("127.0.0.0/8", "loopback"),
        Range("168.63.129.16/32", "a cloud's metadata"),
        Range("169.254.0.0/16", "link-local"),
        Range("172.16.0.0/12", "private"),
        Range("192.0.0.0/24", "protocol assignments"),
        Range("192.0.2.0/24", "documentation"),
        Range("192.88.99.0/24", "6to4 relays"),
        Range("192.168.0.0/16", "private"),
        Range("198.18.0.0/15", "benchmarks"),
        Range("198.51.100.0/24", "documentation"),
        Range("203.0.113.0/24", "documentation"),
        Range("224.0.0.0/4", "multicast"),
        Range("255.255.255.255/32", "broadcast"),
        Range("240.0.0.0/4", "reserved"),
    ];

    // The first that contains the address names it, so what is narrow stands before what is wide.
    private static readonly ForbiddenRange[] V6 =
    [
        Range("::/128", "unspecified"),
        Range("::1/128", "loopback"),
        Range("::ffff:0:0/96", "IPv4-mapped"),
        Range("::ffff:0:0:0/96", "IPv4-translated"),
        Range("::/96", "IPv4-compatible"),
        Range("64:ff9b::/96", "NAT64"),
        Range("64:ff9b:1::/48", "local NAT64"),
        Range("100::/64", "discard"),
        Range("2001::/32", "Teredo"),
        Range("2001:2::/48", "benchmarks"),
        Range("2001:db8::/32", "documentation"),
        Range("2001::/23", "protocol assignments"),
        Range("2002::/16", "6to4"),
        Range("3fff::/20", "documentation"),
        Range("5f00::/16", "segment routing"),
        Range("fc00::/7", "unique local"),
        Range("fe80::/10", "link-local"),
        Range("fec0::/10", "site-local"),
        Range("ff00::/8", "multicast"),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");
    private static readonly ForbiddenRange NotUnicast = Range("::/0", "not global unicast");

    /// <summary>The range that forbids the address; null where it may be delivered to.</summary>
    public ForbiddenRange? Forbidding(IPAddress address) =>
        Special(address) is { } range && !IsOpened(address) ? range : null;

    private bool IsOpened(IPAddress address)
    {
        foreach (var network in allowed)
        {
            if (network.Covers(address))
                return Embedded(address) is not { } inner || Forbidding(inner) is null;
        }
        return false;
    }

    private static ForbiddenRange? Special(IPAddress address)
    {
        foreach (var range in address.AddressFamily == AddressFamily.InterNetwork ? V4 : V6)
        {
            if (range.Network.Covers(address))
                return range;
        }
        return address.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Covers(address) ? null : NotUnicast;
    }

    /// <summary>The IPv4 address that an IPv6 one carries; null where it carries none.</summary>
    private static IPAddress? Embedded(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return null;
        var bytes = address.GetAddressBytes();
        return Special(address)?.Purpose switch
        {
            "6to4" => new IPAddress(bytes.AsSpan(2, 4)),
            "Teredo" => new IPAddress([(byte)~bytes[12], (byte)~bytes[13], (byte)~bytes[14], (byte)~bytes[15]]),
            "IPv4-mapped" or "IPv4-translated" or "IPv4-compatible" or "NAT64" or "local NAT64" => new IPAddress(bytes.AsSpan(12, 4)),
            _ => null,
        };
    }

    private static ForbiddenRange Range(string network, string purpose) => new(IPNetwork.Parse(network), purpose);
}
