using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Sineta.Bench.Wire;

namespace Sineta.Bench.Load;

/// <summary>One stretch of load on one server: closed loop, or open loop at a rate.</summary>
internal sealed class LoadRun
{
    private const long NoMoment = long.MaxValue;
    private static readonly TimeSpan PatienceForAnswers = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan OverloadPause = TimeSpan.FromMilliseconds(100);

    private readonly EventLoop _loop;
    private readonly LoadCommand _command;
    private readonly PostTemplate[] _templates;
    private readonly byte[][] _heads;
    private readonly HashSet<LoadConnection> _connections = [];
    private readonly Stack<LoadConnection> _idle = new();
    private readonly Queue<(long Until, LoadConnection Connection)> _pausing = new();
    private readonly List<Accepted> _accepted = [];
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly long _end;
    private long _posts, _number, _deliveries, _overloaded, _failed;
    private int _underWay;
    private string? _firstFailure;

    public LoadRun(EventLoop loop, LoadCommand command, long firstNumber)
    {
        (_loop, _command, _number) = (loop, command, firstNumber);
        _end = _start + (long)(command.Seconds * Stopwatch.Frequency);
        var run = $"bench-{Environment.ProcessId}";
        var types = command.OneTypeAnEndpoint ? EventBodies.All.Count : 1;
        _templates = command.Batch == 1
            ? [.. Enumerable.Range(0, types).Select(type => PostTemplate.Single(type, run))]
            : [PostTemplate.Batch(command.Batch, types, run)];
        _heads = [.. command.Targets.SelectMany(target => _templates.Select(template => template.HeadFor(target.ApiKey, command.Port)))];
    }

    public long NextNumber => _number;

    public Loaded Run()
    {
        for (var i = 0; i < _command.Connections; i++)
            Connect();
        while (Stopwatch.GetTimestamp() < _end)
        {
            SendWhatIsDue();
            _loop.Wait(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), Math.Min(_end, NextMoment())));
        }

        var unsent = _command.Rate is null ? 0 : PostsInAll - _posts;
        var sending = Stopwatch.GetElapsedTime(_start);
        for (var patience = Stopwatch.StartNew(); _underWay > 0 && patience.Elapsed < PatienceForAnswers;)
            _loop.Wait(PatienceForAnswers);
        foreach (var connection in _connections.ToArray())
            Disconnect(connection);

        File.WriteAllBytes(_command.AcceptedFile, MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_accepted)));
        return new Loaded(_accepted.Count, _deliveries, _overloaded, _failed + _underWay, unsent, sending.TotalSeconds, _firstFailure);
    }

    public void Answered(LoadConnection connection, in Post post, int status, ReadOnlySpan<byte> answer)
    {
        _underWay--;
        if (status is 200 or 202)
            Accept(post, answer);
        else if (status is 503 or 429)
            _overloaded++;
        else
            Fail(Beginning(answer));

        if (status is 503 or 429)
            _pausing.Enqueue((Stopwatch.GetTimestamp() + (long)(OverloadPause.TotalSeconds * Stopwatch.Frequency), connection));
        else
            _idle.Push(connection);
        if (Stopwatch.GetTimestamp() < _end)
            SendWhatIsDue();
    }

    public void Lost(LoadConnection connection)
    {
        if (connection.Post is not null)
        {
            _underWay--;
            Fail("the connection was closed");
        }

        Disconnect(connection);
        Connect();
    }

    private void SendWhatIsDue()
    {
        var now = Stopwatch.GetTimestamp();
        while (_pausing.TryPeek(out var paused) && paused.Until <= now)
            _idle.Push(_pausing.Dequeue().Connection);

        for (var due = DueUntil(now); _posts < due && _idle.TryPop(out var connection);)
        {
            if (!connection.IsLost)
                Send(connection, now);
        }
    }

    private void Send(LoadConnection connection, long now)
    {
        var target = (int)(_posts / _templates.Length % _command.Targets.Count);
        var type = (int)(_posts % _templates.Length);
        var template = _templates[type];
        var post = new Post(_command.Targets[target], type, template.Events, _command.Rate is null ? now : MomentOf(_posts));
        _posts++;
        _underWay++;
        connection.Send(template.Compose(_heads[target * _templates.Length + type], _number), post);
        _number += template.Events;
    }

    private void Accept(in Post post, ReadOnlySpan<byte> answer)
    {
        var events = 0;
        for (var at = answer.IndexOf("\"evt_"u8); at >= 0; at = answer.IndexOf("\"evt_"u8))
        {
            if (!EventKey.TryParse(answer.Slice(at + 1, EventKey.Length), out var key))
                break;
            _accepted.Add(Expected(post, key, events++));
            answer = answer[(at + EventKey.Length)..];
        }

        if (events != post.Events)
            Fail($"an answer to {post.Events} events has the ids of {events}: {Beginning(answer)}");
    }

    private Accepted Expected(in Post post, UInt128 key, int item)
    {
        var type = _command.Batch == 1 ? post.Type : item % EventBodies.All.Count;
        var expected = _command.OneTypeAnEndpoint
            ? new Accepted(key, post.IntendedAt, post.Target.FirstEndpoint + type, 1)
            : new Accepted(key, post.IntendedAt, post.Target.FirstEndpoint, post.Target.Endpoints);
        _deliveries += expected.Endpoints;
        return expected;
    }

    private void Fail(string what)
    {
        _failed++;
        _firstFailure ??= what;
    }

    private long PostsInAll => (long)(_command.Rate!.Value / _command.Batch * _command.Seconds);

    private static string Beginning(ReadOnlySpan<byte> answer) => Encoding.UTF8.GetString(answer[..Math.Min(answer.Length, 600)]);

    private double PostsPerTick => _command.Rate!.Value / _command.Batch / Stopwatch.Frequency;

    private long MomentOf(long post) => _start + (long)(post / PostsPerTick);

    private long DueUntil(long moment) =>
        _command.Rate is null ? NoMoment : Math.Min(PostsInAll, (long)((moment - _start) * PostsPerTick) + 1);

    private long NextMoment() => Math.Min(
        _command.Rate is null || _idle.Count == 0 || _posts == PostsInAll ? NoMoment : MomentOf(_posts),
        _pausing.TryPeek(out var paused) ? paused.Until : NoMoment);

    private void Connect()
    {
        var connection = new LoadConnection(this, _command.Port);
        _loop.Add(connection.Descriptor, connection.OnReadable);
        _connections.Add(connection);
        _idle.Push(connection);
    }

    private void Disconnect(LoadConnection connection)
    {
        _connections.Remove(connection);
        _loop.Remove(connection.Descriptor);
        connection.Dispose();
    }
}
