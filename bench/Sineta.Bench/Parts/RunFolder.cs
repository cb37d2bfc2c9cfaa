namespace Sineta.Bench.Parts;

/// <summary>The folder of one run, outside the repository, gone afterwards unless it is to be kept.</summary>
internal sealed class RunFolder : IDisposable
{
    private readonly bool _isKept;

    public string Path { get; }

    /// <param name="kept">Where the folder is that stays; null: somewhere, and it goes.</param>
    public RunFolder(string? kept)
    {
        _isKept = kept is not null;
        Path = kept is null ? Directory.CreateTempSubdirectory("sineta-bench-").FullName : Directory.CreateDirectory(kept).FullName;
        // The embedded PostgreSQL may run under another account: it must be able to walk through.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (!_isKept)
            Directory.Delete(Path, recursive: true);
    }
}
