using System.Net;
using Sineta.Events;
using Sineta.Testing;

namespace Sineta.Server.Tests.Api;

/// <summary>What is read by eye, or cut out of an answer with a text tool, stands there as it is.</summary>
public sealed class PlainJsonTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Name = "D'Ávila & <Filhas> \"1+1\"!";
    private const string Written = "D'Ávila & <Filhas> \\\"1+1\\\"!";

    [Fact]
    public async Task An_answer_escapes_nothing_but_what_JSON_demands()
    {
        using var client = await server.NewInstitutionAsync();
        var made = await client.PostAsync("/v1/schools", new { name = Name });
        Assert.Contains(Written, made.Text, StringComparison.Ordinal);
        made.Ok(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_problem_and_the_results_of_a_batch_are_as_plain()
    {
        using var client = await server.NewInstitutionAsync();
        var refused = (await client.PostAsync("/v1/replays", new { from = "then" })).Is(HttpStatusCode.UnprocessableEntity, "invalid-body");
        Assert.Contains("in the institution's time zone", refused.Text, StringComparison.Ordinal);
        var events = new[] { new { type = EventTypes.CourseEnrollment.Slug, data = Samples.Enrollment(1), occurred_at = "then" } };
        var results = await client.PostAsync("/v1/events/batch", new { events });
        Assert.Contains("in the institution's time zone", results.Text, StringComparison.Ordinal);
        results.Ok();
    }

    [Fact]
    public async Task A_report_is_as_plain()
    {
        var (client, institution) = await server.NewCampusAsync();
        using (client)
        {
            var (course, user) = (await server.AddCourseAsync(institution), await server.AddUserAsync(institution, Name));
            await server.AddCompletionAsync(institution, user, course);
            Assert.Contains(Written, (await client.GetAsync("/v1/reports/progress")).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_log_and_the_stream_are_as_plain()
    {
        await using var receiver = await RecordingReceiver.StartAsync(TestContext.Current.CancellationToken);
        receiver.Answer = RouteWalkTests.EchoAsync;
        using var client = await server.NewInstitutionAsync();
        (await client.PostAsync("/v1/endpoints", new { url = receiver.Url })).Ok(HttpStatusCode.Created);
        await using var stream = await client.ListenAsync($"/v1/stream?type={EventTypes.CourseEnrollment.Slug}");
        var submission = new { type = EventTypes.CourseEnrollment.Slug, data = Samples.Enrollment(1), learner = Name };
        (await client.PostAsync("/v1/events", submission)).Ok(HttpStatusCode.Accepted);

        var (_, told) = (await stream.NextAsync())!.Value;
        Assert.Contains(Written, told.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(Written, (await client.GetAsync("/v1/deliveries/export")).Text, StringComparison.Ordinal);
    }
}
