using System.Net;
using Sineta.Server.Tests.Api;

namespace Sineta.Server.Tests.Hosting;

public sealed class HeadRequestTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Theory]
    [InlineData("/health/live", "application/json")]
    [InlineData("/docs/api", "text/html")]
    [InlineData("/problems", "text/html")]
    public async Task Monitors_and_previews_may_ask_for_the_head_alone(string path, string type)
    {
        using var anybody = server.Client();
        var answer = await anybody.SendAsync(HttpMethod.Head, path, content: null);
        Assert.Equal((HttpStatusCode.OK, type, ""), (answer.Status, answer.MediaType, answer.Text));
    }

    [Fact]
    public async Task The_API_has_no_heads_and_says_what_it_has()
    {
        using var client = await server.NewInstitutionAsync();
        var answer = await client.SendAsync(HttpMethod.Head, "/v1/stream", content: null);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "GET"), (answer.Status, answer.Headers["Allow"]));
    }
}
