using System.Globalization;
using System.Net;
using Sineta.Events;

namespace Sineta.Server.Tests.Api;

/// <summary>Every route reads a time alike: with its offset, or as the institution's clocks show it.</summary>
public sealed class MomentTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static readonly TimeSpan SaoPaulo = TimeSpan.FromHours(-3);

    [Theory]
    [InlineData("/v1/events?from=")]
    [InlineData("/v1/deliveries?from=")]
    [InlineData("/v1/deliveries/export?from=")]
    [InlineData("/v1/reports/progress?from=")]
    public async Task A_query_takes_the_institutions_own_time(string query)
    {
        var (client, institution) = await server.NewCampusAsync();
        using (client)
        {
            var (course, user) = (await server.AddCourseAsync(institution), await server.AddUserAsync(institution, "Ana"));
            await server.AddCompletionAsync(institution, user, course);
            (await client.PostAsync("/v1/endpoints", new { url = "http://127.0.0.1:1/" })).Ok(HttpStatusCode.Created);
            var submission = new { type = EventTypes.CourseEnrollment.Slug, data = Samples.Enrollment(1) };
            (await client.PostAsync("/v1/events", submission)).Ok(HttpStatusCode.Accepted);

            Assert.Contains("created_at", await SinceAsync(client, "/v1/deliveries?from=", hours: -1), StringComparison.Ordinal);
            Assert.Contains("id\":", await SinceAsync(client, query, hours: -1), StringComparison.Ordinal);
            Assert.DoesNotContain("id\":", await SinceAsync(client, query, hours: +1), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"{query}1970-01-01T00:00:00Z")).Status);
            var refused = (await client.GetAsync($"{query}1900-01-01 00:00:00")).Is(HttpStatusCode.BadRequest, "invalid-request");
            Assert.Contains("since 1970", Assert.Single(refused.Errors), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_body_is_told_since_when_a_time_can_be()
    {
        using var client = await server.NewInstitutionAsync();
        var submission = new { type = EventTypes.CourseEnrollment.Slug, data = Samples.Enrollment(1), occurred_at = "1900-01-01 00:00:00" };
        foreach (var refused in new[]
        {
            await client.PostAsync("/v1/events", submission), await client.PostAsync("/v1/replays", new { from = "1900-01-01 00:00:00" }),
        })
            Assert.Contains(refused.Errors, e => e.Contains("since 1970", StringComparison.Ordinal));
    }

    private static async Task<string> SinceAsync(ApiClient client, string query, int hours)
    {
        var local = TimeProvider.System.GetUtcNow().ToOffset(SaoPaulo).AddHours(hours);
        var answer = await client.GetAsync(query + local.ToString("yyyy-MM-dd'%20'HH:mm:ss", CultureInfo.InvariantCulture));
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer.Text;
    }
}
