using System.Runtime.Versioning;
using Sineta.Server.Hosting;

namespace Sineta.Server.Embedded;

/// <summary>The folder that belongs to one server at a time.</summary>
internal static class DataFolder
{
    // What .NET reports as HResult where another process holds the lock: EWOULDBLOCK on Linux and on macOS.
    private const int LockedOnLinux = 11;
    private const int LockedOnMacOS = 35;

    // PostgreSQL's account must pass through; its names are nobody else's business.
    private const UnixFileMode OwnerOnlyButPassable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Makes the folder when absent and takes it, until the result is disposed or the process ends in whatever way.</summary>
    /// <exception cref="StartRefusedException">Another server has it, or it cannot be written.</exception>
    [UnsupportedOSPlatform("windows")]
    public static FileStream Lock(string folder)
    {
        var full = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(full, OwnerOnlyButPassable);
            return new FileStream(Path.Combine(full, "sineta.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is LockedOnLinux or LockedOnMacOS)
        {
            throw new StartRefusedException(
                $"Another Sineta runs on the data folder {full}: stop it, or name another in Sineta__DataDirectory.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(full, e);
        }
    }

    public static StartRefusedException Unwritable(string folder, Exception cause) =>
        new($"The data folder {folder} cannot be written ({cause.Message}): name another in Sineta__DataDirectory.", cause);
}
