using Microsoft.Extensions.DependencyInjection;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.History;
using Sineta.Delivery.Intake;
using Sineta.Events;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.History;

public sealed class ResendTests(Postgres postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sample_that_is_sent_again_is_marked_as_one_again()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        await using var node = await DeliveryNode.StartAsync(await postgres.CreateDatabaseAsync(Token), DeliveryNode.LoopbackOptions, Token);
        var institution = await node.AddInstitutionAsync(Token);
        var endpoint = await node.AddEndpointAsync(institution, receiver.Url, Token);
        await node.Services.GetRequiredService<EventPublisher>().PublishSampleAsync(
            node.Services.GetRequiredService<Configuration>().FindInstitution(institution)!, EventTypes.CourseEnrollment, endpoint, Token);
        await node.BecomesAsync(1, "select count(*) from attempts where conclusion = 'delivered'", Token);
        var page = await node.Services.GetRequiredService<DeliveryLog>().ReadAsync(institution, new DeliveryFilter(), before: null, limit: 10, Token);

        var resent = await node.Services.GetRequiredService<Resend>().SendAsync(institution, Assert.Single(page.Rows).Id, Token);

        Assert.IsType<ResendResult.Opened>(resent);
        await Eventually.TrueAsync(() => receiver.Received.Count == 2, Token);
        Assert.All(receiver.Received, static request => Assert.Equal("true", request.Headers[WebhookHeaders.Test]));
    }
}
