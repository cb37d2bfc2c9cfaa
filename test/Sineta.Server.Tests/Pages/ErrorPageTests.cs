using System.Net;
using Sineta.Server.Pages;
using Sineta.Server.Tests.Api;
using Sineta.Testing;

namespace Sineta.Server.Tests.Pages;

/// <summary>What people are told when there is nothing to show them.</summary>
public sealed class ErrorPageTests(ApiServer server, Postgres postgres) : IClassFixture<ApiServer>
{
    [Theory]
    [InlineData("en", "This page does not exist", "en-US")]
    [InlineData("pt", "Esta página não existe", "pt-BR")]
    [InlineData("fr;q=0.9, pt-PT;q=0.5", "Esta página não existe", "pt-BR")]
    [InlineData("de", "This page does not exist", "en-US")]
    public async Task A_page_that_does_not_exist_says_so_in_the_persons_language(string wanted, string title, string spoken)
    {
        using var client = new PageClient(server.Address, wanted);
        var answer = await client.GetAsync("/nowhere");
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal("text/html", answer.MediaType);
        Assert.Contains(title, answer.Text, StringComparison.Ordinal);
        Assert.Contains($"<html lang=\"{spoken}\"", answer.Text, StringComparison.Ordinal);
        Assert.Contains("default-src 'self'", answer.Headers["Content-Security-Policy"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_language_that_was_chosen_stays()
    {
        using var client = new PageClient(server.Address, "en");
        await client.PostAsync("/preferences", ("language", "pt-BR"));
        Assert.Contains("lang=\"pt-BR\"", (await client.GetAsync("/")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Programs_get_problems_as_before()
    {
        using var client = new PageClient(server.Address);
        (await client.GetAsync("/v1/nowhere")).Is(HttpStatusCode.NotFound, "not-found");
        using var program = server.Client();
        (await program.GetAsync("/nowhere")).Is(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task While_the_database_is_away_a_page_says_so_and_works_again_when_it_is_back()
    {
        await using var proxy = DatabaseProxy.Before(await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken));
        await using var own = new ApiServer(postgres) { Settings = ["--ConnectionStrings:Sineta", proxy.ConnectionString] };
        await own.InitializeAsync();
        using var client = new PageClient(own.Address).As(own, Roles.Operator, institution: null);
        proxy.Cut();
        var answer = await client.GetAsync("/institutions");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Contains("The database does not answer", answer.Text, StringComparison.Ordinal);
        proxy.Mend();
        await Eventually.TrueAsync(
            async () => (await client.GetAsync("/institutions")).Status == HttpStatusCode.OK, TestContext.Current.CancellationToken);
    }
}
