using System.Net;
using Sineta.Server.Tests.Api;
using Sineta.Testing;

namespace Sineta.Server.Tests.Hosting;

public sealed class TrustedProxiesTests(Postgres postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.0/8", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.0.0.0/8", false)]
    [InlineData(null, false)]
    public async Task Whether_a_visitor_came_by_https_is_believed_of_the_named_proxies_alone(string? trusted, bool isBelieved)
    {
        await using var server = new ApiServer(postgres) { Settings = trusted is null ? [] : ["--Sineta:TrustedProxies:0", trusted] };
        await server.InitializeAsync();

        using var answer = await AskAsync(server, "/sign-in", "203.0.113.7");

        Assert.Equal(
            isBelieved, answer.Headers.GetValues("Set-Cookie").Any(static c => c.Contains("secure", StringComparison.OrdinalIgnoreCase)));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("203.0.113.7")]
    public async Task Nobody_who_comes_through_a_proxy_is_this_machine_whatever_the_proxy_says(string visitor)
    {
        await using var server = new ApiServer(postgres) { Settings = ["--Sineta:TrustedProxies:0", "127.0.0.1"] };
        await server.InitializeAsync();

        using var answer = await AskAsync(server, "/metrics", visitor);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> AskAsync(ApiServer server, string path, string visitor)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Forwarded-For", visitor);
        request.Headers.Add("X-Forwarded-Proto", "https");
        return await http.SendAsync(request, Stop);
    }
}
