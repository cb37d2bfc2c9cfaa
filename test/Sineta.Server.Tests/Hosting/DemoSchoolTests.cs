using Microsoft.Extensions.DependencyInjection;
using Sineta.Delivery.Endpoints;
using Sineta.Events;
using Sineta.Learning.Catalog;
using Sineta.Learning.People;
using Sineta.Server.Demo;
using Sineta.Server.Pages.Inbox;
using Sineta.Server.Tests.Api;
using Sineta.Testing;

namespace Sineta.Server.Tests.Hosting;

public sealed class DemoSchoolTests(Postgres postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_database_gets_a_school_in_which_all_five_things_have_happened()
    {
        await using var server = new ApiServer(postgres) { Settings = ["--Sineta:DemoSchool", "true"] };
        await server.InitializeAsync();

        var institution = server.Services.GetRequiredService<Configuration>().FindInstitution(1)!;
        var courses = await server.Services.GetRequiredService<CourseCatalog>()
            .ListAsync(institution.Id, new CourseFilter(CourseStatus.Published), after: null, limit: 10, Stop);
        Assert.Equal(6, courses.Count);
        const string PublishedTrails = "select count(*) from trails where institution_id = $1 and status = 'published'";
        Assert.Equal(2, await server.CountAsync(PublishedTrails, institution.Id));
        foreach (var type in EventTypes.All)
        {
            var told = await server.CountAsync(
                "select count(*) from events where institution_id = $1 and slug = $2", institution.Id, type.Slug);
            Assert.NotEqual(0, told);
        }
    }

    [Fact]
    public async Task Whoever_is_at_the_demo_school_signs_in_with_the_password_that_was_shown()
    {
        await using var server = new ApiServer(postgres) { Settings = ["--Sineta:DemoSchool", "true"] };
        await server.InitializeAsync();

        var accounts = server.Services.GetRequiredService<UserAccounts>();
        var signedIn = await accounts.SignInAsync("helena@demo.example", DemoPeople.Password, Stop);

        Assert.Equal(Role.Manager, signedIn!.User.Role);
    }

    [Fact]
    public async Task Its_inbox_is_connected_once_the_server_listens()
    {
        await using var server = new ApiServer(postgres) { Settings = ["--environment", "Development", "--Sineta:DemoSchool", "true"] };
        await server.InitializeAsync();

        var configuration = server.Services.GetRequiredService<Configuration>();
        await Eventually.TrueAsync(() => InboxConnection.EndpointOf(configuration, 1) is { Status: EndpointStatus.Active }, Stop);
    }
}
