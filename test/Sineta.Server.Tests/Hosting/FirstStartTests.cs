using System.Net;
using Sineta.Server.Tests.Api;
using Sineta.Testing;

namespace Sineta.Server.Tests.Hosting;

public sealed class FirstStartTests(Postgres postgres) : IDisposable
{
    private const string OperatorKey = "The operator's key, shown only now: ";
    private const string DemoKey = "The key of institution 1 (Demo), shown only now: ";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_first_start_shows_the_keys_and_later_ones_only_know_them()
    {
        var settings = new Dictionary<string, string>
        {
            ["Sineta__DataDirectory"] = _folder.Path,
            ["ConnectionStrings__Sineta"] = await postgres.CreateDatabaseAsync(Stop),
        };
        string operatorKey, demoKey;
        await using (var first = await ServerProcess.StartAsync(settings, Stop))
            (operatorKey, demoKey) = (After(OperatorKey, first.Output), After(DemoKey, first.Output));

        await using var second = await ServerProcess.StartAsync(settings, Stop);

        Assert.DoesNotContain("sk_", second.Output, StringComparison.Ordinal);
        using var operators = new ApiClient(second.Address, operatorKey);
        Assert.Equal(1, (await operators.GetAsync("/v1/institutions")).Ok().GetProperty("data").GetArrayLength());
        using var demo = new ApiClient(second.Address, demoKey);
        (await demo.PostAsync("/v1/events", new { type = "activities.course.enrollment", data = Samples.Enrollment(1) }))
            .Ok(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData("ASPNETCORE_URLS", "http://192.0.2.1:5080")]
    [InlineData("Delivery__AllowedNetworks__0", "everywhere")]
    public async Task A_start_that_fails_leaves_the_keys_to_the_next(string name, string value)
    {
        var settings = new Dictionary<string, string>
        {
            ["Sineta__DataDirectory"] = _folder.Path,
            ["ConnectionStrings__Sineta"] = await postgres.CreateDatabaseAsync(Stop),
        };
        await using (var failed = await ServerProcess.RunToEndAsync(new Dictionary<string, string>(settings) { [name] = value }, Stop))
        {
            Assert.Equal(1, failed.ExitCode);
            Assert.DoesNotContain("sk_", failed.Output, StringComparison.Ordinal);
        }

        await using var next = await ServerProcess.StartAsync(settings, Stop);

        using var operators = new ApiClient(next.Address, After(OperatorKey, next.Output));
        (await operators.GetAsync("/v1/institutions")).Ok();
        Assert.StartsWith("sk_", After(DemoKey, next.Output), StringComparison.Ordinal);
    }

    private static string After(string beginning, string output) =>
        output.Split('\n').Single(line => line.StartsWith(beginning, StringComparison.Ordinal))[beginning.Length..].Trim();
}
