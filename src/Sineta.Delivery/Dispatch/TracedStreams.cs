using System.Net.Security;
using System.Net.Sockets;

namespace Sineta.Delivery.Dispatch;

/// <summary>A plain connection that tells each attempt that it carries it.</summary>
internal sealed class TracedStream(Socket socket, Connection connection) : NetworkStream(socket, ownsSocket: true)
{
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        AttemptTrace.Current?.Connection = connection;
        connection.Reads = 0;
        return base.WriteAsync(buffer, cancellationToken);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        connection.Reads++;
        return base.ReadAsync(buffer, cancellationToken);
    }
}

/// <summary>An encrypted connection that tells each attempt that it carries it.</summary>
internal sealed class TracedTlsStream(Stream inner) : SslStream(inner, leaveInnerStreamOpen: false)
{
    /// <summary>What to tell; null where one loop writes for all attempts, as under HTTP/2, and so would tell the wrong one.</summary>
    public Connection? Connection { get; set; }

    /// <summary>Called when the connection ends.</summary>
    public Action? Closed { get; set; }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Connection is { } connection)
        {
            AttemptTrace.Current?.Connection = connection;
            connection.Reads = 0;
        }

        return base.WriteAsync(buffer, cancellationToken);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Connection is { } connection)
            connection.Reads++;
        return base.ReadAsync(buffer, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Closed?.Invoke();
        base.Dispose(disposing);
    }
}
