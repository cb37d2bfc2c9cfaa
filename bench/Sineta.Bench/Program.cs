using System.Globalization;
using System.Runtime.InteropServices;
using Sineta.Bench;
using Sineta.Bench.Load;
using Sineta.Bench.Polling;
using Sineta.Bench.Raw;
using Sineta.Bench.Sink;

// A Ctrl+C reaches every process of the terminal; the bench's roles end when the bench lets go of them.
using var interrupt = args is ["role", ..] ? PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true) : null;
using var terminate = args is ["role", ..] ? PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true) : null;

switch (args)
{
    case ["role", "sink"]:
        SinkRole.Run();
        return 0;
    case ["role", "load"]:
        LoadRole.Run();
        return 0;
    case ["role", "raw"]:
        await RawRole.RunAsync();
        return 0;
    case ["role", "polling", var connectionString, var url, var rowsAtATime]:
        await PollingRole.RunAsync(connectionString, url, int.Parse(rowsAtATime, CultureInfo.InvariantCulture));
        return 0;
    default:
        return await BenchCommand.RunAsync(args);
}
