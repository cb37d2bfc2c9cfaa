using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Sineta.Bench.Wire;

internal static class CommandLines
{
    public static void Reply(object reply)
    {
        Console.Out.WriteLine(JsonSerializer.Serialize(reply, reply.GetType()));
        Console.Out.Flush();
    }
}

/// <summary>How a role is told what to do: a line of JSON on its standard input, a line of JSON back on its standard output.</summary>
internal sealed class CommandLines<TCommand>
{
    private readonly Queue<TCommand> _commands = new();
    private readonly byte[] _chunk = new byte[64 * 1024];
    private readonly ArrayBufferWriter<byte> _line = new();

    public CommandLines(EventLoop loop) => loop.Add(descriptor: 0, Read);

    /// <summary>True once the bench has gone: its roles end with it.</summary>
    public bool Ended { get; private set; }

    public bool TryTake([MaybeNullWhen(false)] out TCommand command) => _commands.TryDequeue(out command);

    private void Read()
    {
        var received = LinuxSockets.Read(0, _chunk);
        Ended = received == 0;
        foreach (var octet in _chunk.AsSpan(0, received))
        {
            if (octet != '\n')
            {
                _line.Write([octet]);
                continue;
            }

            _commands.Enqueue(JsonSerializer.Deserialize<TCommand>(_line.WrittenSpan)!);
            _line.ResetWrittenCount();
        }
    }
}
