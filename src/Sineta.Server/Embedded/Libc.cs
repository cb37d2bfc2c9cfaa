using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Sineta.Server.Embedded;

/// <summary>What .NET does not offer: signals other than SIGKILL, owners of files, and folders made durable.</summary>
internal static partial class Libc
{
    /// <summary>PostgreSQL: end every session and shut down cleanly.</summary>
    public const int Interrupt = 2;

    /// <summary>PostgreSQL: stop now, and recover at the next start.</summary>
    public const int Quit = 3;

    /// <summary>Sends a signal; a process that is already gone is no error.</summary>
    public static void Signal(int processId, int signal) => _ = Kill(processId, signal);

    /// <summary>Gives a file or folder to an account.</summary>
    public static void GiveTo(string path, uint userId, uint groupId) => Check(ChangeOwner(path, userId, groupId), path);

    /// <summary>Makes the names in a folder durable, as fsync of a file does for its content.</summary>
    public static void SyncFolder(string path)
    {
        var descriptor = Check(Open(path, 0), path);
        try
        {
            Check(Sync(descriptor), path);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static int Check(int result, string path) =>
        result >= 0 ? result : throw new IOException($"{new Win32Exception(Marshal.GetLastPInvokeError()).Message}: {path}");

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint userId, uint groupId);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
