using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sineta.Learning.People;
using Sineta.Server.Pages;
using Sineta.Server.Pages.Sessions;
using Sineta.Server.Tests.Api;
using Sineta.Testing;

namespace Sineta.Server.Tests.Pages;

/// <summary>When a session is over, wherever its cookie has got to.</summary>
public sealed class SessionTests(ApiServer server, Postgres postgres) : IClassFixture<ApiServer>
{
    private const string Password = "correct horse";
    private const string Page = "/campus/account";

    [Fact]
    public async Task Whoever_signs_out_is_out_on_every_device()
    {
        using var school = await CampusSchool.OpenAsync(server);
        using var browser = new PageClient(server.Address);
        await ChooseAsync(browser, school, Password);
        using var copy = await CopyAsync(school);
        Assert.Equal(HttpStatusCode.OK, (await copy.GetAsync(Page)).Status);
        using var later = await CopyAsync(school);

        await browser.PostAsync("/sign-out");
        Assert.Equal(HttpStatusCode.Redirect, (await later.GetAsync(Page)).Status);
    }

    [Fact]
    public async Task A_new_password_ends_every_session_but_the_one_that_it_was_chosen_in()
    {
        using var school = await CampusSchool.OpenAsync(server);
        using var browser = new PageClient(server.Address);
        await ChooseAsync(browser, school, Password);
        using var changed = await CopyAsync(school);
        await browser.PostAsync(
            "/campus/account/password", ("current", Password), ("password", "another horse"), ("again", "another horse"));
        Assert.Equal(HttpStatusCode.Redirect, (await changed.GetAsync(Page)).Status);
        using var present = await CopyAsync(school);
        Assert.Equal(await StampAsync(school), StampOf(browser));
        Assert.Equal(HttpStatusCode.OK, (await present.GetAsync(Page)).Status);

        using var chosen = await CopyAsync(school);
        await ChooseAsync(browser, school, "a third horse");
        Assert.Equal(HttpStatusCode.Redirect, (await chosen.GetAsync(Page)).Status);
        Assert.Equal(await StampAsync(school), StampOf(browser));
    }

    [Fact]
    public async Task With_another_key_of_the_server_the_sessions_are_over_and_the_pages_are_not()
    {
        var connectionString = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        foreach (var key in (byte[])[1, 2])
        {
            await using var own = new ApiServer(postgres)
            {
                Settings =
                [
                    "--ConnectionStrings:Sineta", connectionString,
                    "--Sineta:SecretKey", Convert.ToBase64String([.. Enumerable.Repeat(key, 32)]),
                ],
            };
            await own.InitializeAsync();
            using var browser = new PageClient(own.Address);
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/sign-in")).Status);
            await using var forget = own.Database.CreateCommand("delete from settings where name = 'secret_key_sample'");
            await forget.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Whoever_renames_themselves_is_looked_at_again_no_later_for_it()
    {
        using var school = await CampusSchool.OpenAsync(server);
        using var browser = new PageClient(server.Address).As(
            server, Roles.Learner, school.Institution, userId: school.LearnerId, age: TimeSpan.FromSeconds(40));
        var before = TicketOf(browser).Properties.IssuedUtc;
        await browser.FollowAsync(await browser.PostAsync(Page, ("name", "Ana Lima"), ("nickname", "Aninha")));
        var after = TicketOf(browser);
        Assert.Equal("Aninha", after.Principal.Identity!.Name);
        Assert.Equal(before, after.Properties.IssuedUtc);
    }

    [Fact]
    public async Task The_operators_sessions_end_with_the_operators_key()
    {
        var database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await using var own = new ApiServer(postgres) { Settings = ["--ConnectionStrings:Sineta", database] };
        await own.InitializeAsync();
        await using var same = new ApiServer(postgres) { Settings = ["--ConnectionStrings:Sineta", database] };
        await same.InitializeAsync();
        await using var changed = new ApiServer(postgres)
        {
            Settings = ["--ConnectionStrings:Sineta", database, "--Sineta:OperatorKey", "sk_another_operators_key"],
        };
        await changed.InitializeAsync();

        foreach (var (there, expected) in new[] { (same, HttpStatusCode.OK), (changed, HttpStatusCode.Redirect) })
        {
            using var client = new PageClient(there.Address).As(own, Roles.Operator, institution: null);
            Assert.Equal(expected, (await client.GetAsync("/institutions")).Status);
        }
    }

    /// <summary>The learner's cookie of now in another browser, where it is due to be looked at.</summary>
    private async Task<PageClient> CopyAsync(CampusSchool school) => new PageClient(server.Address).As(
        server, Roles.Learner, school.Institution, userId: school.LearnerId, age: TimeSpan.FromMinutes(2), stamp: await StampAsync(school));

    private async Task<long> StampAsync(CampusSchool school) =>
        (await server.Services.GetRequiredService<UserStore>()
            .FindAsync(school.Institution, school.LearnerId, TestContext.Current.CancellationToken))!.SessionStamp;

    private static async Task ChooseAsync(PageClient browser, CampusSchool school, string password)
    {
        var token = (await school.Api.PostAsync($"/v1/users/{school.LearnerId}/password-reset")).Ok().GetProperty("token").GetString()!;
        var chosen = await browser.PostAsync(PasswordPages.PathOf(school.Institution, token), ("password", password), ("again", password));
        Assert.Equal("/campus", chosen.Headers["Location"]);
    }

    private long StampOf(PageClient browser) => long.Parse(TicketOf(browser).Principal.FindFirst("stamp")!.Value, null);

    private AuthenticationTicket TicketOf(PageClient browser)
    {
        var options = server.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>()
            .Get(CookieAuthenticationDefaults.AuthenticationScheme);
        return options.TicketDataFormat.Unprotect(browser.Cookies[options.Cookie.Name!]!.Value)!;
    }
}
