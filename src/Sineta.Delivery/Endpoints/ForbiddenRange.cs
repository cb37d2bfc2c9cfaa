using System.Net;

namespace Sineta.Delivery.Endpoints;

/// <summary>A range of addresses that nothing is delivered to, and what it is for, as in “loopback (127.0.0.0/8)”.</summary>
public sealed record ForbiddenRange(IPNetwork Network, string Purpose)
{
    public override string ToString() => $"{Purpose} ({Network})";
}
