using System.Reflection;

namespace Sineta.Server.Hosting;

/// <summary>What stands behind the program's name: settings, or a question about the program.</summary>
internal static class Arguments
{
    // A setting of .NET's own, or the section of one; what is in ours is judged by SettingFaults.
    private static readonly string[] Known =
    [
        ServerOptions.Section, "Delivery", "ConnectionStrings", "Logging", "Kestrel", "AllowedHosts", "urls", "http_ports", "https_ports",
        "environment", "preferHostingUrls", "shutdownTimeoutSeconds", "forwardedHeaders_Enabled",
    ];

    private static readonly string Version =
        typeof(Arguments).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    private static readonly string Usage = $"""
        Sineta {Version}

          --urls http://0.0.0.0:5080        where it listens; http://localhost:5080 unless given
          --Sineta:DataDirectory=FOLDER     where it keeps everything; data unless given
          --ConnectionStrings:Sineta=…      a PostgreSQL of your own, instead of the one that it brings along
          --SECTION:NAME=VALUE              any other setting of docs/runbook.md; by environment variable it is SECTION__NAME
          --help, --version
        """;

    /// <summary>What is printed instead of serving; null where the server is to run.</summary>
    /// <exception cref="StartRefusedException">Something is given that the server would pass over.</exception>
    public static string? Answer(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument is "--help" or "-h")
                return Usage;
            if (argument is "--version")
                return Version;
            var (name, hasValue) = Read(argument);
            if (!IsKnown(name))
                throw new StartRefusedException($"{argument} is nothing that the server knows: --help shows what is.");
            if (!hasValue && (++i == arguments.Count || arguments[i].StartsWith("--", StringComparison.Ordinal)))
                throw new StartRefusedException($"{argument} needs a value, as in {argument}=VALUE.");
        }

        return null;
    }

    /// <summary>As .NET reads it: <c>--name=value</c>, <c>/name=value</c> and <c>name=value</c>; or <c>--name</c> or <c>/name</c>, then its value.</summary>
    private static (string? Name, bool HasValue) Read(string argument)
    {
        var name = argument.StartsWith("--", StringComparison.Ordinal) ? argument[2..] : argument.StartsWith('/') ? argument[1..] : null;
        var end = argument.IndexOf('=', StringComparison.Ordinal);
        return end < 0 ? (name, false) : ((name ?? argument).Split('=')[0], true);
    }

    private static bool IsKnown(string? name) =>
        name is not null && (Known.Contains(name.Split(':')[0], StringComparer.OrdinalIgnoreCase)
            || name.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase));
}
