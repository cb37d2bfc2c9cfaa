using System.CommandLine;
using System.Runtime.InteropServices;
using Sineta.Cli;
using Sineta.Cli.Commands;
using Sineta.Cli.Demo;
using Spectre.Console;

var root = new RootCommand("Sineta carries the news of a learning platform, signed, to the systems that must know.")
{
    ListenCommand.Describe(),
    SendCommand.Describe(),
    TailCommand.Describe(),
    ResendCommand.Describe(),
    DemoCommand.Describe(),
};

// A line stays a line, also where it is read by a program or the window is narrow.
AnsiConsole.Profile.Width = 1000;
AnsiConsole.Profile.Capabilities.Ansi &= !Console.IsOutputRedirected;

// What Ctrl+C interrupts may have a server and its PostgreSQL to stop.
var invocation = new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,
    ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
};

// Nor does a terminal that is closed leave anything behind.
using var stopping = new CancellationTokenSource();
using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
{
    context.Cancel = true;
    stopping.Cancel();
});
try
{
    return await root.Parse(args).InvokeAsync(invocation, stopping.Token);
}
catch (CliException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
catch (OperationCanceledException)
{
    return 130;
}
catch (Exception e)
{
    await Console.Error.WriteLineAsync($"This is a defect of sineta; please report it with what follows: {e}");
    return 1;
}
