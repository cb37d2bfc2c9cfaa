using System.Net;
using Npgsql;
using Sineta.Server.Pages;
using Sineta.Server.Tests.Pages;
using Sineta.Testing;

namespace Sineta.Server.Tests.Api;

/// <summary>Searches that PostgreSQL gives up (57014), as it does after a minute.</summary>
public sealed class LongSearchTests(Postgres postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/v1/deliveries")]
    [InlineData("/v1/deliveries?status=failed")]
    [InlineData("/v1/deliveries/export")]
    public async Task A_search_that_takes_too_long_is_answered_503_with_what_to_do(string path)
    {
        await using var own = new ApiServer(postgres);
        await own.InitializeAsync();
        using var client = await own.NewInstitutionAsync();

        var answer = (await GiveUpAsync(own, () => client.GetAsync(path))).Is(HttpStatusCode.ServiceUnavailable, "too-broad");

        Assert.Equal("30", answer.Headers["Retry-After"]);
        Assert.Contains("Narrow the filter", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_is_told_so_on_a_page()
    {
        await using var own = new ApiServer(postgres);
        await own.InitializeAsync();
        var (key, institution) = await own.NewCampusAsync();
        key.Dispose();
        using var page = new PageClient(own.Address).As(own, Roles.Integrator, institution);

        var answer = await GiveUpAsync(own, () => page.GetAsync("/webhooks/deliveries"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Contains("The search takes too long", answer.Text, StringComparison.Ordinal);
    }

    /// <summary>Keeps what is asked from being read until PostgreSQL gives it up.</summary>
    private static async Task<Answer> GiveUpAsync(ApiServer server, Func<Task<Answer>> ask)
    {
        await using var connection = await server.Database.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await using (var locking = new NpgsqlCommand("lock table attempts, open_deliveries in access exclusive mode", connection))
            await locking.ExecuteNonQueryAsync(Stop);
        var asked = ask();
        await Eventually.TrueAsync(
            async () => await server.CountAsync(
                """
                select count(pg_cancel_backend(pid)) from pg_stat_activity
                where datname = current_database() and application_name = 'sineta history' and wait_event_type = 'Lock'
                """) > 0, Stop);
        return await asked.WaitAsync(TimeSpan.FromSeconds(30), Stop);
    }
}
