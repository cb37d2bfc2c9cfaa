using System.Net;

namespace Sineta.Delivery.Dispatch;

/// <summary>Asks DNS for a host's addresses. Throws <see cref="System.Net.Sockets.SocketException"/> where there are none.</summary>
public delegate Task<IPAddress[]> ResolveHost(string host, CancellationToken cancellationToken);
