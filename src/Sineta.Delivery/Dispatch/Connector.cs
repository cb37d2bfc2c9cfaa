using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Sineta.Delivery.Endpoints;

namespace Sineta.Delivery.Dispatch;

/// <summary>
/// Makes connections: resolves, judges every address, connects to exactly one of those judged, and shakes hands. A name is resolved for
/// each connection, and once: an answer that changes in between (DNS rebinding) gains nothing.
/// </summary>
internal sealed class Connector(AddressRules rules, ResolveHost resolve, TlsHandshake handshake, TimeSpan timeout, TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Host, int Port), Connection> _http2 = new();

    /// <summary>
    /// The connection last made to a host that speaks HTTP/2, whose streams cannot tell: exact while one connection carries all, as it does
    /// up to its server's limit of streams.
    /// </summary>
    public Connection? LastHttp2(Uri url) => _http2.GetValueOrDefault((url.IdnHost, url.Port));

    /// <summary>The handler's ConnectCallback. Every expected failure is a <see cref="ConnectFailedException"/>.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        using var clock = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        var begun = time.GetTimestamp();
        var step = "resolved";
        try
        {
            var addresses = await ResolveAsync(host, either.Token);
            var dns = time.MicrosecondsSince(begun);
            step = "reached";
            var socket = await ConnectAsync(host, addresses, port, begun, either.Token);
            var connection = new Connection
            {
                BegunAt = begun,
                RemoteAddress = socket.RemoteEndPoint!.ToString()!,
                Dns = dns,
                Connect = time.MicrosecondsSince(begun) - dns,
            };
            if (context.InitialRequestMessage.RequestUri!.Scheme != Uri.UriSchemeHttps)
                return new TracedStream(socket, connection);
            step = "spoken to by TLS";
            return Remember((host, port), await handshake.SecureAsync(socket, host, connection, either.Token));
        }
        catch (OperationCanceledException e) when (clock.IsCancellationRequested)
        {
            var reason = step == "resolved" ? UnreachableReason.Dns : UnreachableReason.ConnectTimeout;
            throw new ConnectFailedException(reason, $"{host} could not be {step} within {timeout.TotalSeconds:0.###} s.", e);
        }
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await AskAsync(host, cancellationToken);
        if (addresses.Length == 0)
            throw new ConnectFailedException(UnreachableReason.Dns, $"The name {host} has no address.");
        foreach (var address in addresses)
        {
            // The address itself stays unsaid: it would tell a stranger what our network's names lead to.
            if (rules.Forbidding(address) is { } range)
                throw new ConnectFailedException(
                    UnreachableReason.ForbiddenAddress,
                    $"{host} leads to an address that is not public: {range}. {AddressRules.HowToOpen}");
        }
        return addresses;
    }

    private async Task<IPAddress[]> AskAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await resolve(host, cancellationToken);
        }
        catch (SocketException e)
        {
            throw new ConnectFailedException(UnreachableReason.Dns, e.SocketErrorCode switch
            {
                SocketError.HostNotFound or SocketError.NoData => $"The name {host} has no address.",
                SocketError.TryAgain => $"The DNS servers of {host} did not answer.",
                _ => $"The name {host} could not be resolved ({e.SocketErrorCode}).",
            }, e);
        }
    }

    /// <summary>Tries the addresses in order, each for its share of the time: one that swallows packets must not hide the next.</summary>
    private async Task<Socket> ConnectAsync(string host, IPAddress[] addresses, int port, long begun, CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            var isLast = i == addresses.Length - 1;
            var share = (timeout - time.GetElapsedTime(begun)) / (addresses.Length - i);
            using var clock = new CancellationTokenSource(isLast || share < TimeSpan.Zero ? Timeout.InfiniteTimeSpan : share, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
            try
            {
                return await ConnectAsync(new IPEndPoint(addresses[i], port), either.Token);
            }
            catch (SocketException e) when (isLast)
            {
                throw new ConnectFailedException(ReasonOf(e), SentenceOf(e, host, port), e);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // The next address may do.
            }
        }
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static UnreachableReason ReasonOf(SocketException problem) =>
        problem.SocketErrorCode == SocketError.TimedOut ? UnreachableReason.ConnectTimeout : UnreachableReason.ConnectRefused;

    private static string SentenceOf(SocketException problem, string host, int port) => problem.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => $"Nothing listens on port {port} of {host}.",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => $"No route leads to {host}.",
        SocketError.TimedOut => $"{host} did not answer on port {port}.",
        _ => $"{host} could not be connected to on port {port} ({problem.SocketErrorCode}).",
    };

    private TracedTlsStream Remember((string Host, int Port) authority, TracedTlsStream stream)
    {
        if (stream.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
            return stream;
        var connection = stream.Connection!;
        stream.Connection = null;
        stream.Closed = () => _http2.TryRemove(KeyValuePair.Create(authority, connection));
        _http2[authority] = connection;
        return stream;
    }
}
