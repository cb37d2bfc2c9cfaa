using System.Runtime.InteropServices;

namespace Sineta.Bench.Wire;

/// <summary>The few system calls that sink and load are made of: they must cost as little of the machine as possible.</summary>
internal static unsafe partial class LinuxSockets
{
    private const int DontWait = 0x40, NoSignal = 0x4000;
    private const int TryAgain = 11, Interrupted = 4;
    private const short Writable = 4;

    /// <summary>Bytes received, 0 when the peer is gone, −1 when there is nothing to read now.</summary>
    public static int Receive(int socket, Span<byte> into)
    {
        fixed (byte* at = into)
        {
            return (int)recv(socket, at, (nuint)into.Length, DontWait) switch
            {
                >= 0 and var received => received,
                _ => Marshal.GetLastPInvokeError() is TryAgain or Interrupted ? -1 : 0,
            };
        }
    }

    /// <summary>Sends everything, waiting where the socket's buffer is full; false when the peer is gone.</summary>
    public static bool Send(int socket, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* at = bytes)
        {
            for (var sent = 0; sent < bytes.Length;)
            {
                var now = (int)send(socket, at + sent, (nuint)(bytes.Length - sent), DontWait | NoSignal);
                if (now >= 0)
                    sent += now;
                else if (Marshal.GetLastPInvokeError() is TryAgain or Interrupted)
                    WaitWritable(socket);
                else
                    return false;
            }
        }

        return true;
    }

    /// <summary>Bytes read from a pipe or file; 0 at its end.</summary>
    public static int Read(int file, Span<byte> into)
    {
        fixed (byte* at = into)
            return Math.Max(0, (int)read(file, at, (nuint)into.Length));
    }

    /// <summary>Lets the calling thread's timers fire within a microsecond: the kernel's usual 50 µs would show in latencies.</summary>
    public static void SharpenTimers() => _ = prctl(29, 1_000, 0, 0, 0);

    private static void WaitWritable(int socket)
    {
        var wanted = new PollDescriptor { Descriptor = socket, Events = Writable };
        _ = poll(&wanted, 1, 1_000);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int file, byte* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nuint first, nuint second, nuint third, nuint fourth);
}
