using Microsoft.Extensions.DependencyInjection;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Institutions;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Endpoints;

public sealed class ConfigurationListenerTests(Postgres postgres)
{
    // So long that only what is heard can make a node know.
    private static readonly DeliveryOptions NeverSweeping = new() { SweepInterval = TimeSpan.FromHours(1) };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_made_and_revoked_on_one_node_is_known_and_refused_on_another()
    {
        var database = await postgres.CreateDatabaseAsync(Stop);
        await using var one = await DeliveryNode.StartAsync(database, NeverSweeping, Stop);
        await using var other = await DeliveryNode.StartAsync(database, NeverSweeping, Stop);
        var known = other.Services.GetRequiredService<Configuration>();

        var issued = await one.Services.GetRequiredService<InstitutionStore>().CreateAsync("Escola", "America/Sao_Paulo", Stop);
        await Eventually.TrueAsync(() => known.FindKey(issued.Token) is not null, Stop);

        await one.Services.GetRequiredService<ApiKeyStore>().RevokeAsync(issued.Key.Institution.Id, issued.Key.Id, Stop);
        await Eventually.TrueAsync(() => known.FindKey(issued.Token) is null, Stop);
    }

    [Fact]
    public async Task Changes_of_many_at_once_are_each_a_version_and_all_are_kept()
    {
        var database = await postgres.CreateDatabaseAsync(Stop);
        await using var one = await DeliveryNode.StartAsync(database, NeverSweeping, Stop);
        await using var other = await DeliveryNode.StartAsync(database, NeverSweeping, Stop);

        var issued = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            (i % 2 == 0 ? one : other).Services.GetRequiredService<InstitutionStore>().CreateAsync(
                $"Escola {i}", "America/Sao_Paulo", Stop)));

        Assert.Equal(40, issued.Select(i => i.Version).Distinct().Count());
        foreach (var node in new[] { one, other })
        {
            var known = node.Services.GetRequiredService<Configuration>();
            await known.CatchUpAsync(issued.Max(i => i.Version), Stop);
            Assert.All(issued, i => Assert.NotNull(known.FindKey(i.Token)));
        }
    }
}
