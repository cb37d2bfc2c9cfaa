using System.Net;
using System.Net.Sockets;

namespace Sineta.Cli;

/// <summary>A port of this machine that nothing listens on.</summary>
internal static class FreePort
{
    public static int Find()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
