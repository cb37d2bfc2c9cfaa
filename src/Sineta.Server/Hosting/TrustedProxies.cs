using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace Sineta.Server.Hosting;

/// <summary>From whom a request came, and whether by https, is believed of the proxies that the operator names, and of nobody else.</summary>
internal static class TrustedProxies
{
    public const string Fault = "Sineta__TrustedProxies must be addresses or ranges such as 127.0.0.1 and 10.0.0.0/8.";

    /// <summary>Stands before all that asks who it is.</summary>
    public static void UseTrustedProxies(this WebApplication app)
    {
        var named = app.Services.GetRequiredService<IOptions<ServerOptions>>().Value.TrustedProxies;
        if (named.Length == 0)
            return;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in named)
            options.KnownIPNetworks.Add(Parse(proxy)!.Value);
        app.UseForwardedHeaders(options);
    }

    /// <summary>Null where it is none.</summary>
    public static IPNetwork? Parse(string proxy) =>
        IPAddress.TryParse(proxy, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : IPNetwork.TryParse(proxy, out var network) ? network : null;
}
