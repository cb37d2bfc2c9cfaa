namespace Sineta.Bench.Parts;

/// <summary>The folder of one run, outside the repository, gone afterwards.</summary>
internal sealed class RunFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sineta-bench-").FullName;

    public RunFolder()
    {
        // The embedded PostgreSQL may run under another account: it must be able to walk through.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
