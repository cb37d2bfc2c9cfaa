using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sineta.Delivery.Endpoints;
using Sineta.Learning;
using Sineta.Learning.People;
using Sineta.Server.Pages;
using Sineta.Server.Pages.Sessions;
using Sineta.Server.Tests.Api;
using Sineta.Testing;

namespace Sineta.Server.Tests.Pages;

/// <summary>Walks every page: whom it admits.</summary>
public sealed class PageAccessTests(ApiServer server, Postgres postgres) : IClassFixture<ApiServer>
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
            Assert.Contains(
                $"/sign-in?returnUrl={Uri.EscapeDataString(path + "?a=b")}", signIn.OriginalString, StringComparison.OrdinalIgnoreCase);
        }

        var first = await client.GetAsync("/sign-in?returnUrl=%2Finstitutions");
        Assert.Contains("value=\"/institutions\"", first.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_signs_in_with_a_password_chosen_by_a_link_and_is_out_once_removed()
    {
        using var key = await server.NewInstitutionAsync();
        var institution = server.Services.GetRequiredService<Configuration>()
            .FindInstitution(await server.CountAsync("select max(id) from institutions where name = 'Escola'"))!;
        var users = server.Services.GetRequiredService<UserStore>();
        var accounts = server.Services.GetRequiredService<UserAccounts>();
        var stop = TestContext.Current.CancellationToken;
        var email = $"ana@escola{institution.Id}.example";
        var draft = new UserDraft { Name = "Ana", Email = email, Cpf = "529.982.247-25", Role = "integrator" };
        var ana = ((Change<User>.Made)await users.RegisterAsync(institution, draft, stop)).Value;
        var link = PasswordPages.PathOf(institution.Id, (await accounts.IssueResetAsync(institution, ana.Id, stop))!);

        using var client = new PageClient(server.Address);
        var differing = await client.PostAsync(link, ("password", "correct horse"), ("again", "another"));
        Assert.Contains("The two are not the same.", differing.Text, StringComparison.Ordinal);
        Assert.Contains("name=\"password\"", (await client.GetAsync(link)).Text, StringComparison.Ordinal);
        var chosen = await client.PostAsync(link, ("password", "correct horse"), ("again", "correct horse"));
        Assert.Equal("/webhooks", chosen.Headers["Location"]);
        await client.PostAsync("/sign-out");
        var used = (await client.GetAsync(link)).Text;
        Assert.Contains("The link was used already", used, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"password\"", used, StringComparison.Ordinal);
        var wrong = await client.PostAsync("/sign-in", ("email", email), ("password", "wrong"));
        Assert.Contains("No account here", wrong.Text, StringComparison.Ordinal);
        var right = await client.PostAsync(
            "/sign-in", ("email", email), ("password", "correct horse"), ("returnUrl", "/webhooks/audit"));
        Assert.Equal(HttpStatusCode.OK, (await client.FollowAsync(right)).Status);

        await users.RemoveAsync(institution, ana.Id, stop);
        using var later = new PageClient(server.Address)
            .As(server, Roles.Integrator, institution.Id, "Ana", ana.Id, TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.Redirect, (await later.GetAsync("/webhooks")).Status);
    }

    [Theory]
    [InlineData("learner", "/campus")]
    [InlineData("integrator", "/webhooks")]
    [InlineData("manager", "/manage")]
    public async Task Who_signs_in_and_asked_for_no_page_begins_where_their_work_is(string role, string home)
    {
        using var key = await server.NewInstitutionAsync();
        var institution = server.Services.GetRequiredService<Configuration>().FindKey(key.Key)!.Institution;
        var email = $"{role}@escola{institution.Id}.example";
        var user = (await key.PostAsync("/v1/users", new { name = "Ana", email, cpf = "529.982.247-25", role }))
            .Ok(HttpStatusCode.Created).GetProperty("id").GetInt64();
        var token = (await key.PostAsync($"/v1/users/{user}/password-reset")).Ok().GetProperty("token").GetString()!;
        using var client = new PageClient(server.Address);
        await client.PostAsync(
            PasswordPages.PathOf(institution.Id, token), ("password", "correct horse"), ("again", "correct horse"));
        foreach (var asked in new[] { "", "/" })
        {
            var signedIn = await client.PostAsync("/sign-in", ("email", email), ("password", "correct horse"), ("returnUrl", asked));
            Assert.Equal(home, signedIn.Headers["Location"]);
        }
    }

    [Fact]
    public async Task An_operator_begins_with_an_institution_and_then_where_it_is_run()
    {
        using var key = await server.NewInstitutionAsync();
        var institution = server.Services.GetRequiredService<Configuration>().FindKey(key.Key)!.Institution;
        using var client = new PageClient(server.Address);
        var signedIn = await client.PostAsync("/sign-in/operator", ("key", ApiServer.OperatorKey));
        Assert.StartsWith("/institutions", signedIn.Headers["Location"], StringComparison.Ordinal);
        var chosen = await client.PostAsync($"/institutions/{institution.Id}", ("returnUrl", "/"));
        Assert.Equal("/manage", chosen.Headers["Location"]);
    }

    [Fact]
    public async Task The_operator_gives_an_institution_another_name_and_is_told_what_is_wrong_with_a_time_zone()
    {
        using var key = await server.NewInstitutionAsync();
        var id = server.Services.GetRequiredService<Configuration>().FindKey(key.Key)!.Institution.Id;
        using var client = new PageClient(server.Address).As(server, Roles.Operator, institution: 1);

        var refused = await client.PostAsync($"/institutions/{id}/settings", ("name", "Colégio Novo"), ("time_zone", "Brasilia"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("Must be an IANA time zone", refused.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"Colégio Novo\"", refused.Text, StringComparison.Ordinal);

        var changed = await client.PostAsync($"/institutions/{id}/settings", ("name", "Colégio Novo"), ("time_zone", "America/Bahia"));
        Assert.Equal("/institutions", changed.Headers["Location"]);
        Assert.Contains("Colégio Novo", (await client.GetAsync($"/institutions?after={id - 1}")).Text, StringComparison.Ordinal);
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
            Assert.True(
                admitted.HasFlag(role) != (answer.Status == HttpStatusCode.Forbidden), $"GET {path} answered {answer.Status} to a {role}.");
        }
    }

    [Theory]
    [InlineData("/campus?q=a%00b")]
    [InlineData("/campus?q=%00")]
    [InlineData("/campus?after=1&name=a%00b")]
    public async Task A_sign_that_no_database_takes_finds_nothing_else_in_the_catalog(string path)
    {
        using var school = await CampusSchool.OpenAsync(server);
        using var browser = school.Browser();
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(path)).Status);
    }

    [Fact]
    public async Task What_arrives_in_the_inbox_is_for_those_who_connect_systems()
    {
        await using var own = new ApiServer(postgres) { Settings = ["--environment", "Development"] };
        await own.InitializeAsync();
        foreach (var (path, _, admitted) in PageRoutes.Of(own).Where(r => r.Path.StartsWith("/inbox", StringComparison.Ordinal)))
            Assert.True(admitted == (Roles.Integrator | Roles.Manager | Roles.Operator), $"{path} admits {admitted}.");
        using var learner = new PageClient(own.Address).As(own, Roles.Learner, institution: 1);
        Assert.Equal(HttpStatusCode.Forbidden, (await learner.GetAsync("/inbox")).Status);
        Assert.DoesNotContain("href=\"/inbox\"", (await learner.GetAsync("/")).Text, StringComparison.Ordinal);
        using var manager = new PageClient(own.Address).As(own, Roles.Manager, institution: 1);
        Assert.Equal(HttpStatusCode.OK, (await manager.GetAsync("/inbox")).Status);
        Assert.Contains("href=\"/inbox\"", (await manager.GetAsync("/")).Text, StringComparison.Ordinal);

        using var stranger = new PageClient(own.Address);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.PostRawAsync("/inbox/receive/1")).Status);
    }

    [Fact]
    public void A_manager_opens_all_that_an_integrator_opens() =>
        Assert.DoesNotContain(
            PageRoutes.Of(server), r => r.Admitted.HasFlag(Roles.Integrator) && !r.Admitted.HasFlag(Roles.Manager));
}
