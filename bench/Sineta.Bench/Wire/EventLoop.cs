using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Sineta.Bench.Wire;

/// <summary>
/// One thread, one epoll: what is readable is handled at once, without tasks or a thread pool between. Sink and load run on it so
/// that the processor's time goes to what is measured.
/// </summary>
internal sealed unsafe partial class EventLoop : IDisposable
{
    private const int AddDescriptor = 1, RemoveDescriptor = 2;
    private const uint Readable = 1;
    private const int MostAtOnce = 512;

    // struct epoll_event is packed on x86-64 only.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventSize = DataOffset + 8;

    private readonly int _epoll = epoll_create1(0);
    private readonly byte[] _ready = GC.AllocateUninitializedArray<byte>(MostAtOnce * EventSize, pinned: true);
    private Action?[] _handlers = new Action?[1_024];

    public void Add(int descriptor, Action onReadable)
    {
        if (descriptor >= _handlers.Length)
            Array.Resize(ref _handlers, descriptor * 2);
        _handlers[descriptor] = onReadable;
        Control(AddDescriptor, descriptor);
    }

    public void Remove(int descriptor)
    {
        _handlers[descriptor] = null;
        Control(RemoveDescriptor, descriptor);
    }

    /// <summary>Waits until a descriptor is readable, at most <paramref name="longest"/>, and runs the handlers of all that are.</summary>
    public void Wait(TimeSpan longest)
    {
        var wait = longest < TimeSpan.Zero ? TimeSpan.Zero : longest;
        var timeout = new TimeSpec { Seconds = (long)wait.TotalSeconds, Nanoseconds = wait.Ticks % TimeSpan.TicksPerSecond * 100 };
        fixed (byte* ready = _ready)
        {
            var count = epoll_pwait2(_epoll, ready, MostAtOnce, &timeout, null);
            for (var i = 0; i < count; i++)
            {
                var descriptor = BinaryPrimitives.ReadInt32LittleEndian(_ready.AsSpan(i * EventSize + DataOffset));
                _handlers[descriptor]?.Invoke();
            }
        }
    }

    public void Dispose() => _ = close(_epoll);

    private void Control(int operation, int descriptor)
    {
        Span<byte> wanted = stackalloc byte[16];
        wanted.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(wanted, Readable);
        BinaryPrimitives.WriteInt32LittleEndian(wanted[DataOffset..], descriptor);
        fixed (byte* at = wanted)
        {
            if (epoll_ctl(_epoll, operation, descriptor, at) < 0)
                throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int descriptor, byte* wanted);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_pwait2(int epoll, byte* ready, int most, TimeSpec* timeout, void* signals);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
