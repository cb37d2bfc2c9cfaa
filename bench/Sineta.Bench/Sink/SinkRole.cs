using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sineta.Bench.Wire;

namespace Sineta.Bench.Sink;

/// <summary>
/// The receiver of every delivery, as lean as can be: answers 200 with nothing, proves its endpoints when asked, keeps which event
/// arrived where and when, and hangs where it is told to.
/// </summary>
internal sealed class SinkRole : IDisposable
{
    private readonly EventLoop _loop = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Ledger _ledger = new();
    private readonly Queue<(long Due, SinkConnection Connection)> _hanging = new();
    private SinkCommand.Hang _hang = new(First: 0, Endpoints: 0, Seconds: 0);
    private long _requests, _unsigned;

    public static void Run()
    {
        using var sink = new SinkRole();
        sink.Serve();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _loop.Dispose();
    }

    public void Forget(int descriptor) => _loop.Remove(descriptor);

    /// <summary>Notes a request; true when its answer is to wait.</summary>
    public bool Arrived(in SinkRequest request, SinkConnection connection)
    {
        _requests++;
        _unsigned += request.Signed ? 0 : 1;
        _ledger.Add(request.Event, request.Endpoint);
        if (request.Endpoint < _hang.First || request.Endpoint >= _hang.First + _hang.Endpoints)
            return false;

        _hanging.Enqueue((Stopwatch.GetTimestamp() + (long)(_hang.Seconds * Stopwatch.Frequency), connection));
        return true;
    }

    private void Serve()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(4_096);
        _loop.Add((int)_listener.Handle, Accept);
        var commands = new CommandLines<SinkCommand>(_loop);
        CommandLines.Reply(new Listening(((IPEndPoint)_listener.LocalEndPoint!).Port));

        while (!commands.Ended)
        {
            _loop.Wait(UntilNextAnswer());
            while (_hanging.TryPeek(out var next) && next.Due <= Stopwatch.GetTimestamp())
                _hanging.Dequeue().Connection.Respond();
            while (commands.TryTake(out var command))
                CommandLines.Reply(Obey(command));
        }
    }

    private TimeSpan UntilNextAnswer() =>
        _hanging.TryPeek(out var next) ? Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), next.Due) : TimeSpan.FromSeconds(10);

    private void Accept()
    {
        var socket = _listener.Accept();
        socket.NoDelay = true;
        _loop.Add((int)socket.Handle, new SinkConnection(socket, this).OnReadable);
    }

    private object Obey(SinkCommand command)
    {
        switch (command)
        {
            case SinkCommand.Reset:
                _ledger.Clear();
                (_requests, _unsigned) = (0, 0);
                break;
            case SinkCommand.Hang hang:
                _hang = hang;
                break;
            case SinkCommand.Reconcile reconcile:
                return _ledger.Reconcile(reconcile);
        }

        return new Arrivals(_requests, _ledger.Distinct, _ledger.Duplicates, _unsigned);
    }
}
