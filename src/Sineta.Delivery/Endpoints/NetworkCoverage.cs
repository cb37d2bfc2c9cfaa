using System.Net;

namespace Sineta.Delivery.Endpoints;

internal static class NetworkCoverage
{
    extension(IPNetwork network)
    {
        /// <summary>
        /// Whether the address is of the network's family and begins with its prefix. <see cref="IPNetwork.Contains"/> is not asked: it
        /// takes an IPv4-mapped address for an IPv4 one, and then finds ::ffff:10.0.0.1 within 2000::/3 but not within ::ffff:0:0/96.
        /// </summary>
        public bool Covers(IPAddress address)
        {
            Span<byte> prefix = stackalloc byte[16];
            Span<byte> bytes = stackalloc byte[16];
            if (address.AddressFamily != network.BaseAddress.AddressFamily)
                return false;
            network.BaseAddress.TryWriteBytes(prefix, out _);
            address.TryWriteBytes(bytes, out _);
            var (whole, bits) = Math.DivRem(network.PrefixLength, 8);
            return prefix[..whole].SequenceEqual(bytes[..whole])
                && (bits == 0 || (prefix[whole] ^ bytes[whole]) >> (8 - bits) == 0);
        }
    }
}
