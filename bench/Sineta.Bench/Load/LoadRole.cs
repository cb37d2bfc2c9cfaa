using Sineta.Bench.Wire;

namespace Sineta.Bench.Load;

/// <summary>Posts events as it is told, one stretch after another.</summary>
internal static class LoadRole
{
    public static void Run()
    {
        LinuxSockets.SharpenTimers();
        using var loop = new EventLoop();
        var number = 0L;
        var commands = new CommandLines<LoadCommand>(loop);
        while (!commands.Ended)
        {
            loop.Wait(TimeSpan.FromSeconds(10));
            while (commands.TryTake(out var command))
            {
                var run = new LoadRun(loop, command, number);
                CommandLines.Reply(run.Run());
                number = run.NextNumber;
            }
        }
    }
}
