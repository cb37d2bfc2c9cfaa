using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.History;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Dispatch;

public sealed class EndpointVerifierTests(Postgres postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_server_reflects_gives_nobody_the_challenge()
    {
        await using var reflecting = await RecordingReceiver.StartAsync(Token);
        reflecting.Answer = async (request, context) =>
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            context.Response.Headers["x-body"] = Convert.ToBase64String(request.Body);
            await context.Response.Body.WriteAsync(request.Body, Token);
        };
        await using var node = await DeliveryNode.StartAsync(await postgres.CreateDatabaseAsync(Token), DeliveryNode.LoopbackOptions, Token);
        var institution = await node.AddInstitutionAsync(Token);
        var created = await node.Services.GetRequiredService<EndpointRegistry>().CreateAsync(
            institution, new EndpointDraft { Url = reflecting.Url.ToString() }, Token);
        var endpoint = Assert.IsType<EndpointChange.Made>(created).Endpoint;

        var outcome = await node.Services.GetRequiredService<EndpointVerifier>().VerifyAsync(endpoint, Token);

        Assert.Contains("answered 400", outcome.Problem, StringComparison.Ordinal);
        Assert.Contains("challenge", Encoding.UTF8.GetString(Assert.Single(reflecting.Received).Body), StringComparison.Ordinal);
        var page = await node.Services.GetRequiredService<DeliveryLog>().ReadAsync(institution, new DeliveryFilter(), before: null, limit: 10, Token);
        var attempts = await node.Services.GetRequiredService<AttemptLog>().ReadAsync(institution, Assert.Single(page.Rows), Token);
        var response = Assert.Single(attempts).Response!;
        Assert.Equal((400, 0), (response.Status, response.Body.Length));
        Assert.Empty(response.Headers);
    }
}
