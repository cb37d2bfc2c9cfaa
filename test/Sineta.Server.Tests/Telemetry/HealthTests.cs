using System.Net;
using Npgsql;
using Sineta.Events;
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

    [Fact]
    public async Task A_server_is_not_ready_while_what_is_published_waits_for_the_database()
    {
        await using var proxy = DatabaseProxy.Before(await postgres.CreateDatabaseAsync(Stop));
        await using var server = new ApiServer(postgres) { Settings = ["--ConnectionStrings:Sineta", proxy.ConnectionString] };
        await server.InitializeAsync();
        using var client = await server.NewInstitutionAsync();
        using var anybody = server.Client();

        proxy.Cut();
        var published = client.PostAsync("/v1/events", new { type = EventTypes.CourseEnrollment.Slug, data = Samples.Enrollment(1) });
        await Eventually.TrueAsync(async () => Failing(await anybody.GetAsync("/health/ready")) is ["database", "intake"], Stop);
        proxy.Mend();

        (await published).Ok(HttpStatusCode.Accepted);
        await Eventually.TrueAsync(async () => (await anybody.GetAsync("/health/ready")).Status == HttpStatusCode.OK, Stop);
    }

    [Fact]
    public async Task A_database_that_can_only_be_read_is_told_as_that()
    {
        var connectionString = await postgres.CreateDatabaseAsync(Stop);
        await using var server = new ApiServer(postgres) { Settings = ["--ConnectionStrings:Sineta", connectionString] };
        await server.InitializeAsync();
        using var anybody = server.Client();
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database;
        await using (var database = NpgsqlDataSource.Create(connectionString))
        {
            await using var change = database.CreateCommand($"""
                alter database {name} set default_transaction_read_only = on;
                select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
                """);
            await change.ExecuteNonQueryAsync(Stop);
        }

        await Eventually.TrueAsync(
            async () => (await anybody.GetAsync("/health/ready")).Text.Contains("It can only be read.", StringComparison.Ordinal), Stop);
    }

    private static string[] Failing(Answer answer) => [.. answer.Body.GetProperty("checks").EnumerateArray()
        .Where(static c => !c.GetProperty("passes").GetBoolean()).Select(static c => c.GetProperty("name").GetString()!)];
}
