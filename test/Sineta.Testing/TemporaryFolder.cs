namespace Sineta.Testing;

/// <summary>A folder of its own for one test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sineta-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
