using Sineta.Cli.Api;
using Sineta.Testing;

[assembly: AssemblyFixture(typeof(Sineta.Cli.Tests.SharedServer))]

namespace Sineta.Cli.Tests;

/// <summary>One server for the tests of the commands; each takes an institution of its own.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private const string OperatorKey = "operator-of-the-cli-tests";

    private readonly TemporaryFolder _folder = new();
    private ServerProcess _server = null!;

    public string Address => _server.Address.AbsoluteUri;

    public async ValueTask InitializeAsync() => _server = await ServerProcess.StartAsync(
        new Dictionary<string, string> { ["Sineta__DataDirectory"] = _folder.Path, ["Sineta__OperatorKey"] = OperatorKey },
        TestContext.Current.CancellationToken);

    /// <returns>The institution's key.</returns>
    public async Task<string> NewInstitutionAsync()
    {
        using var client = new SinetaClient(_server.Address, OperatorKey);
        return (await client.CreateInstitutionAsync("A school", "America/Sao_Paulo", TestContext.Current.CancellationToken)).ApiKey;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }
}
