using System.Net;
using Sineta.Server.Tests.Api;
using Sineta.Testing;

namespace Sineta.Server.Tests.Telemetry;

public sealed class HealthTests(Postgres postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_is_ready_while_its_database_answers_and_its_lease_holds_and_alive_all_the_time()
    {
        await using var proxy = DatabaseProxy.Before(await postgres.CreateDatabaseAsync(Stop));
        await using var server = new ApiServer(postgres)
        {
            Settings = ["--ConnectionStrings:Sineta", proxy.ConnectionString, "--Delivery:LeaseTime", "00:00:03"],
        };
        await server.InitializeAsync();
        using var anybody = server.Client();
        await Eventually.TrueAsync(async () => (await anybody.GetAsync("/health/ready")).Status == HttpStatusCode.OK, Stop);

        proxy.Cut();

        var answer = await anybody.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Equal("not_ready", answer.Body.GetProperty("status").GetString());
        Assert.Contains("database", Failing(answer));
        await Eventually.TrueAsync(async () => Failing(await anybody.GetAsync("/health/ready")) is ["database", "lease"], Stop);
        Assert.Equal("alive", (await anybody.GetAsync("/health/live")).Ok().GetProperty("status").GetString());

        proxy.Mend();
        await Eventually.TrueAsync(async () => (await anybody.GetAsync("/health/ready")).Status == HttpStatusCode.OK, Stop);
    }

    private static string[] Failing(Answer answer) => [.. answer.Body.GetProperty("checks").EnumerateArray()
        .Where(static c => !c.GetProperty("passes").GetBoolean()).Select(static c => c.GetProperty("name").GetString()!)];
}
