using System.Diagnostics;
using Sineta.Testing;

namespace Sineta.Server.Tests.Hosting;

/// <summary>The scripts tell what a machine lacks; each test gives them a machine with stand-ins of what it has.</summary>
public sealed class ScriptTests : IDisposable
{
    private const string Sdk =
        "Sineta needs the .NET 10 SDK: install it from https://dotnet.microsoft.com/download/dotnet/10.0 and run this again.";
    private const string Node = "Sineta needs Node.js 20 or newer, with npm: install it from https://nodejs.org and run this again.";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _tools = new();

    public void Dispose() => _tools.Dispose();

    [Theory]
    [InlineData("run.sh")]
    [InlineData("test.sh")]
    public Task No_SDK(string script) => RefusesAsync(script, Sdk);

    [Theory]
    [InlineData("run.sh")]
    [InlineData("test.sh")]
    public Task An_SDK_that_is_too_old(string script)
    {
        StandIn("dotnet", "9.0.305 [/usr/share/dotnet/sdk]");
        return RefusesAsync(script, Sdk);
    }

    [Theory]
    [InlineData("run.sh")]
    [InlineData("test.sh")]
    public Task No_Node(string script)
    {
        StandIn("dotnet", "9.0.305 [/usr/share/dotnet/sdk]\n10.0.100 [/usr/share/dotnet/sdk]");
        return RefusesAsync(script, Node);
    }

    [Fact]
    public Task A_Node_that_is_too_old()
    {
        StandIn("dotnet", "10.0.401 [/usr/share/dotnet/sdk]");
        StandIn("node", "v18.20.4");
        StandIn("npm", "10.0.0");
        return RefusesAsync("run.sh", Node);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task Help_needs_no_tools_and_starts_nothing(string question)
    {
        var start = new ProcessStartInfo("/bin/bash", [Path.Combine(Root(), "run.sh"), question]) { RedirectStandardOutput = true };
        start.Environment["PATH"] = _tools.Path;
        using var process = Process.Start(start)!;
        Assert.StartsWith("./run.sh [--urls ", await process.StandardOutput.ReadToEndAsync(Stop), StringComparison.Ordinal);
        await process.WaitForExitAsync(Stop);
        Assert.Equal(0, process.ExitCode);
    }

    private void StandIn(string program, string says)
    {
        var path = Path.Combine(_tools.Path, program);
        File.WriteAllText(path, $"#!/bin/bash\necho '{says}'\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private async Task RefusesAsync(string script, string sentence)
    {
        var start = new ProcessStartInfo("/bin/bash", [Path.Combine(Root(), script)]) { RedirectStandardError = true };
        start.Environment["PATH"] = _tools.Path;
        using var process = Process.Start(start)!;
        Assert.Equal(sentence + "\n", await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(0, process.ExitCode);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Sineta.slnx")))
            folder = folder.Parent!;

        return folder.FullName;
    }
}
