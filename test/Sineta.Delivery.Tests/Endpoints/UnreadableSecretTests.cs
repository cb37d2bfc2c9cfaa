using Microsoft.Extensions.DependencyInjection;
using Sineta.Delivery.Endpoints;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Endpoints;

public sealed class UnreadableSecretTests(Postgres postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("set_byte(ciphertext, 20, get_byte(ciphertext, 20) # 1)")]
    [InlineData("'\\x00'")]
    public async Task An_endpoint_whose_secret_cannot_be_read_holds_its_deliveries_until_it_has_another_and_no_other_does(string broken)
    {
        await using var receiver = await RecordingReceiver.StartAsync(Stop);
        var database = await postgres.CreateDatabaseAsync(Stop);
        long institution;
        Guid lost, well;
        await using (var before = await DeliveryNode.StartAsync(database, DeliveryNode.LoopbackOptions, Stop))
        {
            institution = await before.AddInstitutionAsync(Stop);
            (lost, well) = (await before.AddEndpointAsync(institution, receiver.Url, Stop), await before.AddEndpointAsync(institution, receiver.Url, Stop));
            await before.CountAsync(
                $"with b as (update endpoint_secrets set ciphertext = {broken} where endpoint_id = '{lost}' returning 1) select count(*) from b", Stop);
        }

        await using var node = await DeliveryNode.StartAsync(database, DeliveryNode.LoopbackOptions, Stop);
        var configuration = node.Services.GetRequiredService<Configuration>();
        await node.Intake.AcceptAsync([node.NewEvent(institution, "one")], Stop);

        await node.BecomesAsync(1, $"select count(*) from attempts where conclusion = 'delivered' and endpoint_id = '{well}'", Stop);
        Assert.Equal(
            (EndpointStatus.Disabled, "Its signing secret cannot be read any more: rotate it."),
            (configuration.FindEndpoint(institution, lost)!.Status, configuration.FindEndpoint(institution, lost)!.StatusReason));
        Assert.Single(receiver.Received);

        await node.Services.GetRequiredService<EndpointRegistry>().RotateSecretAsync(institution, lost, TimeSpan.FromHours(24), Stop);
        await node.BecomesAsync(1, $"select count(*) from attempts where conclusion = 'delivered' and endpoint_id = '{lost}'", Stop);
    }
}
