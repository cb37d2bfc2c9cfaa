using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Institutions;
using Sineta.Events;
using Sineta.Server.Pages;
using Sineta.Server.Tests.Api;
using Sineta.Testing;

namespace Sineta.Server.Tests.Pages;

/// <summary>Opens every page at the demo school, and counts what it asks of the database.</summary>
public sealed class PageStatementTests(PageStatementTests.School school) : IClassFixture<PageStatementTests.School>
{
    private const string Course = "select min(course_id) from enrollments where user_id = 3";
    private const string Content = $"select min(id) from contents where kind = 'text' and course_id = ({Course})";
    private const string Import = "select max(id) from imports";
    private const string Delivery =
        "select 'dlv_' || replace(first_delivery::text, '-', '') from events where first_delivery is not null limit 1";
    private const string Endpoint = "select 'ep_' || replace(id::text, '-', '') from endpoints limit 1";
    private const string Replay = "select 'rpl_' || replace(id::text, '-', '') from replays limit 1";

    /// <summary>Each page, how many statements it takes at most, and of what it is opened; a page without parameters of nothing.</summary>
    public static TheoryData<string, int, string?> Pages { get; } = new()
    {
        { "/", 0, null },
        { "/campus", 3, null },
        { "/campus/account", 1, null },
        { "/campus/certificates", 2, null },
        { "/campus/certificates/{enrollmentId:long}", 2, "select min(enrollment_id) from certificates" },
        { "/campus/classes", 2, null },
        { "/campus/contents/{contentId:long}", 1, Content },
        { "/campus/courses", 1, null },
        { "/campus/courses/{id:long}", 7, Course },
        { "/campus/courses/{id:long}/contents/{contentId:long}", 6, $"select course_id, id from contents where id = ({Content})" },
        { "/campus/trails", 2, null },
        { "/campus/trails/{id:long}", 3, "select min(id) from trails" },
        { "/institutions", 1, null },
        { "/institutions/{id:long}/settings", 0, "select 1" },
        { "/manage", 3, null },
        { "/manage/classes", 1, null },
        { "/manage/classes/new", 1, null },
        { "/manage/classes/{id:long}", 2, "select min(id) from classes" },
        { "/manage/classes/{id:long}/edit", 1, "select min(id) from classes" },
        { "/manage/contents/{id:long}", 5, "select id from contents where kind = 'quiz' order by id limit 1" },
        { "/manage/courses", 1, null },
        { "/manage/courses/new", 2, null },
        { "/manage/courses/{id:long}", 3, Course },
        { "/manage/courses/{id:long}/settings", 3, Course },
        { "/manage/enrollments", 2, null },
        { "/manage/enrollments/new", 1, null },
        { "/manage/enrollments/{id:long}", 2, "select min(id) from enrollments" },
        { "/manage/imports", 1, null },
        { "/manage/imports/new", 0, null },
        { "/manage/imports/sample", 0, null },
        { "/manage/imports/{id:long}", 2, Import },
        { "/manage/imports/{id:long}/progress", 2, Import },
        { "/manage/imports/{id:long}/refused", 2, Import },
        { "/manage/lessons/{id:long}", 2, "select min(id) from lessons" },
        { "/manage/lessons/{id:long}/contents/new", 2, "select min(id) from lessons" },
        { "/manage/reports", 1, null },
        { "/manage/reports/completions", 1, null },
        { "/manage/reports/progress", 1, null },
        { "/manage/schools", 1, null },
        { "/manage/schools/new", 0, null },
        { "/manage/schools/{id:long}", 2, "select min(id) from schools" },
        { "/manage/templates", 1, null },
        { "/manage/templates/new", 0, null },
        { "/manage/templates/{id:long}", 1, "select min(id) from certificate_templates" },
        { "/manage/trails", 1, null },
        { "/manage/trails/new", 0, null },
        { "/manage/trails/{id:long}", 2, "select min(id) from trails" },
        { "/manage/trails/{id:long}/edit", 1, "select min(id) from trails" },
        { "/manage/users", 1, null },
        { "/manage/users/new", 0, null },
        { "/manage/users/{id:long}", 4, "select 3" },
        { "/manage/users/{id:long}/edit", 1, "select 3" },
        { "/password/{institution:long}/{token}", 1, "select 1, 'none'" },
        { "/sign-in", 0, null },
        { "/sign-in/operator", 0, null },
        { "/verify", 0, null },
        { "/manage/certificates/{code}", 1, "select code from certificates limit 1" },
        { "/verify/{code}", 1, "select code from certificates limit 1" },
        { "/webhooks", 4, null },
        { "/webhooks/api-keys", 1, null },
        { "/webhooks/audit", 1, null },
        { "/webhooks/deliveries", 2, null },
        { "/webhooks/deliveries/export", 3, null },
        { "/webhooks/deliveries/rows", 2, null },
        { "/webhooks/deliveries/{id}", 4, Delivery },
        { "/webhooks/deliveries/{id}/state", 4, Delivery },
        { "/webhooks/endpoints", 1, null },
        { "/webhooks/endpoints/new", 0, null },
        { "/webhooks/endpoints/{id}", 4, Endpoint },
        { "/webhooks/endpoints/{id}/settings", 0, Endpoint },
        { "/webhooks/events", 0, null },
        { "/webhooks/events/{slug}", 0, "select slug from events limit 1" },
        { "/webhooks/replays", 1, null },
        { "/webhooks/replays/new", 0, null },
        { "/webhooks/replays/{id}", 1, Replay },
        { "/webhooks/replays/{id}/progress", 1, Replay },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_takes_no_more_statements_than_it_may(string route, int most, string? of)
    {
        var path = of is null ? route : await school.PathAsync(route, of);
        using var counter = new StatementCounter();
        using var browser = school.BrowserFor(route);
        browser.Trace(counter.TraceParent);
        // What a first look begins, and a content by itself only leads to its course.
        Assert.True((await browser.GetAsync(path)).Status is HttpStatusCode.OK or HttpStatusCode.Found, path);
        counter.Take();
        await browser.GetAsync(path);
        var statements = counter.Take();
        Assert.True(statements <= most, $"{path} takes {statements} statements.");
    }

    [Fact]
    public void No_page_is_forgotten() =>
        Assert.Equal(school.Routes.Order(StringComparer.Ordinal), Pages.Select(static p => p.Data.Item1).Order(StringComparer.Ordinal));

    /// <summary>The demo school, and three endpoints with twenty events.</summary>
    public sealed class School(Postgres postgres) : IAsyncLifetime
    {
        private readonly ApiServer _server = new(postgres) { Settings = ["--Sineta:DemoSchool", "true"] };

        /// <summary>The routes of all pages; what follows the log is none, and does not end.</summary>
        internal IEnumerable<string> Routes =>
            from route in _server.Routes
            where route.Metadata.GetMetadata<PageRoute>() is not null
                && route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Contains("GET")
            let path = "/" + route.RoutePattern.RawText!.Trim('/')
            where path != "/webhooks/deliveries/live"
            select path;

        public async ValueTask InitializeAsync()
        {
            await _server.InitializeAsync();
            var configuration = _server.Services.GetRequiredService<Configuration>();
            var key = await _server.Services.GetRequiredService<ApiKeyStore>()
                .CreateAsync(configuration.FindInstitution(1)!, "Walk", Scopes.All, CancellationToken.None);
            await configuration.CatchUpAsync(key.Version, CancellationToken.None);
            using var client = _server.Client(key.Token);
            await using var receiver = await RecordingReceiver.StartAsync(CancellationToken.None);
            receiver.Answer = RouteWalkTests.EchoAsync;
            for (var i = 0; i < 3; i++)
            {
                var made = await client.PostAsync("/v1/endpoints", new { url = $"{receiver.Url}/{i}" });
                await client.PostAsync("/v1/replays", new { endpoint_id = made.Ok(HttpStatusCode.Created).GetProperty("id").GetString() });
            }

            await using var import = _server.Database.CreateCommand(
                """
                insert into imports (institution_id, kind, emit_events, state, created_at, finished_at)
                values (1, 'users', false, 'done', now(), now())
                """);
            await import.ExecuteNonQueryAsync(CancellationToken.None);
            for (var i = 1; i <= 20; i++)
            {
                var happened = new { type = EventTypes.CourseEnrollment.Slug, data = Samples.Enrollment(1_000_000 + i), learner = "7" };
                (await client.PostAsync("/v1/events", happened)).Ok(HttpStatusCode.Accepted);
            }
        }

        public ValueTask DisposeAsync() => _server.DisposeAsync();

        /// <summary>A browser of somebody whom the page admits: the learner of number 3 in the campus, else a manager, or the operator.</summary>
        internal PageClient BrowserFor(string route) => new PageClient(_server.Address).As(
            _server,
            route.StartsWith("/campus", StringComparison.Ordinal) ? Roles.Learner
                : route.StartsWith("/institutions", StringComparison.Ordinal) ? Roles.Operator : Roles.Manager,
            institution: 1, userId: route.StartsWith("/campus", StringComparison.Ordinal) ? 3 : 1);

        /// <summary>A route with the columns of a row for its parameters.</summary>
        internal async Task<string> PathAsync(string route, string sql)
        {
            await using var command = _server.Database.CreateCommand(sql);
            await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
            var column = 0;
            return string.Join('/', route.Split('/').Select(part => part.StartsWith('{') ? $"{reader.GetValue(column++)}" : part));
        }
    }
}
