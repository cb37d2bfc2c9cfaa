using System.Diagnostics;

namespace Sineta.Bench.Parts;

/// <summary>Builds the server that stands beside this bench in the same repository, in Release.</summary>
internal static class ServerBuild
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The path of the built server.</summary>
    public static async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var project = Path.Combine(RepositoryRoot(), "src", "Sineta.Server", "Sineta.Server.csproj");
        await DotnetAsync(["build", project, "-c", "Release", "-v", "quiet", "--nologo"], cancellationToken);
        var path = await DotnetAsync(["msbuild", project, "-p:Configuration=Release", "-getProperty:TargetPath"], cancellationToken);
        return path.Trim();
    }

    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sineta.slnx")))
                return folder.FullName;
        }

        throw new BenchFailedException("The bench runs from its place in the repository, and Sineta.slnx is not above it.");
    }

    private static async Task<string> DotnetAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var dotnet = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        try
        {
            var output = await dotnet.StandardOutput.ReadToEndAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
            await dotnet.WaitForExitAsync(cancellationToken);
            return dotnet.ExitCode == 0 ? output : throw new BenchFailedException($"The server could not be built:\n{output}");
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            dotnet.Kill(entireProcessTree: true);
            throw;
        }
    }
}
