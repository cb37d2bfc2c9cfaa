using System.Net;
using Sineta.Server.Pages;
using Sineta.Server.Tests.Api;

namespace Sineta.Server.Tests.Pages;

/// <summary>Walks every page: whom it admits.</summary>
public sealed class PageAccessTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task Who_is_not_signed_in_is_asked_to_and_comes_back()
    {
        using var client = new PageClient(server.Address);
        foreach (var (path, _, _) in PageRoutes.Of(server).Where(r => r is { Method: "GET", Admitted: not Roles.None }))
        {
            var answer = await client.GetAsync(path + "?a=b");
            Assert.Equal(HttpStatusCode.Redirect, answer.Status);
            var signIn = new Uri(answer.Headers["Location"], UriKind.RelativeOrAbsolute);
            Assert.Contains($"/sign-in?returnUrl={Uri.EscapeDataString(path + "?a=b")}", signIn.OriginalString, StringComparison.OrdinalIgnoreCase);
        }

        var first = await client.FollowAsync(await client.GetAsync("/sign-in?returnUrl=%2Finstitutions"));
        Assert.Contains("value=\"/institutions\"", first.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_htmx_asks_for_without_a_session_loads_the_sign_in_instead_of_showing_it_in_the_middle_of_a_page()
    {
        using var client = new PageClient(server.Address);
        var answer = await client.GetAsync("/institutions", byHtmx: true);
        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
        Assert.StartsWith("/sign-in", answer.Headers["HX-Redirect"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Roles.Learner)]
    [InlineData(Roles.Integrator)]
    [InlineData(Roles.Manager)]
    [InlineData(Roles.Operator)]
    public async Task Each_page_opens_to_exactly_the_roles_that_it_admits(Roles role)
    {
        using var client = new PageClient(server.Address).As(server, role, institution: 1);
        foreach (var (path, _, admitted) in PageRoutes.Of(server).Where(r => r is { Method: "GET", Admitted: not Roles.None }))
        {
            var answer = await client.GetAsync(path);
            Assert.True(admitted.HasFlag(role) != (answer.Status == HttpStatusCode.Forbidden), $"GET {path} answered {answer.Status} to a {role}.");
        }
    }

    [Fact]
    public void A_manager_opens_all_that_an_integrator_opens() =>
        Assert.All(PageRoutes.Of(server), r => Assert.True(!r.Admitted.HasFlag(Roles.Integrator) || r.Admitted.HasFlag(Roles.Manager), r.Path));
}
