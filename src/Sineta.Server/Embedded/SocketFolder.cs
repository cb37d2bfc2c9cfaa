using System.Runtime.Versioning;
using System.Text;

namespace Sineta.Server.Embedded;

/// <summary>The private folder of the Unix socket that the server and its PostgreSQL speak through.</summary>
[UnsupportedOSPlatform("windows")]
internal static class SocketFolder
{
    /// <summary>A socket's path holds 107 bytes on Linux and 103 on macOS, of which PostgreSQL's file name takes 18.</summary>
    private const int LongestPath = 103 - 18;

    private const string Prefix = "sineta-";

    /// <summary>The cluster's own folder, which only PostgreSQL's account can enter; below a long path, a private temporary one.</summary>
    public static string Choose(string cluster, PostgresAccount account)
    {
        if (Encoding.UTF8.GetByteCount(cluster) <= LongestPath)
            return cluster;

        var folder = Directory.CreateTempSubdirectory(Prefix).FullName;
        account.Own(folder);
        return folder;
    }

    /// <summary>Removes the folder of a PostgreSQL that has ended, when it was a temporary one.</summary>
    public static void Forget(string? folder, string cluster)
    {
        if (folder is null || folder == cluster || !Path.GetFileName(folder).StartsWith(Prefix, StringComparison.Ordinal))
            return;
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
