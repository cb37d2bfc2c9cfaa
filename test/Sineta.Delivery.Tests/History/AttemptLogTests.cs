using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sineta.Delivery.History;
using Sineta.Delivery.Storage;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.History;

public sealed class AttemptLogTests(Postgres postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_is_shown_exactly_as_it_arrived_and_the_answer_as_it_came()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Token);
        receiver.Answer = async (_, context) =>
        {
            context.Response.Headers["x-receiver"] = "crm";
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync("gemerkt", Token);
        };
        var database = await postgres.CreateDatabaseAsync(Token);
        await using var node = await DeliveryNode.StartAsync(database, DeliveryNode.LoopbackOptions, Token);
        var institution = await node.AddInstitutionAsync(Token);
        await node.AddEndpointAsync(institution, receiver.Url, Token);

        var happened = node.NewEvent(institution, "matrícula:1", learner: "João");
        await node.Intake.AcceptAsync([happened], Token);
        var log = node.Services.GetRequiredService<DeliveryLog>();
        var delivery = await EventuallyDeliveredAsync(log, institution, happened.Id);
        var attempt = Assert.Single(await node.Services.GetRequiredService<AttemptLog>().ReadAsync(institution, delivery, Token));

        var arrived = Assert.Single(receiver.Received);
        Assert.NotNull(attempt.Request);
        Assert.Equal(receiver.Url, attempt.Request.Url);
        Assert.Equal(arrived.Body, attempt.Request.Body);
        Assert.Equal(
            arrived.Headers.Select(h => (h.Key.ToLowerInvariant(), h.Value)).Where(h => h.Item1 != "host").Order(),
            attempt.Request.Headers.Select(h => (h.Key, h.Value)).Order());
        Assert.NotNull(attempt.Response);
        Assert.Equal((200, false), (attempt.Response.Status, attempt.Response.Cut));
        Assert.Equal("gemerkt", Encoding.UTF8.GetString(attempt.Response.Body));
        Assert.Contains("x-receiver: crm", attempt.Response.Headers, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(("1.1", null), (attempt.HttpVersion, attempt.TlsVersion));
        Assert.StartsWith("127.0.0.1:", attempt.RemoteAddress, StringComparison.Ordinal);
        Assert.True(attempt is { Number: 1, Concluded: true, Timings.Total: > 0 });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(600)]
    public async Task However_many_events_share_a_commit_each_is_found_with_its_own_deliveries(int count)
    {
        await using var node = await DeliveryNode.StartAsync(await postgres.CreateDatabaseAsync(Token), new DeliveryOptions(), Token);
        var institution = await node.AddInstitutionAsync(Token);
        Guid[] endpoints = [await AddPausedAsync(node, institution), await AddPausedAsync(node, institution)];
        var events = node.NewEvents(institution, count);
        await node.Intake.AcceptAsync(events, Token);

        var log = node.Services.GetRequiredService<DeliveryLog>();
        foreach (var happened in new[] { events[0], events[count / 2], events[^1] })
        {
            var page = await log.ReadAsync(institution, new DeliveryFilter { EventId = happened.Id }, null, 10, Token);
            Assert.Equal(endpoints.Order(), page.Rows.Select(d => d.EndpointId).Order());
            Assert.All(page.Rows, d => Assert.Equal((happened.Id, DeliveryStatus.Held), (d.EventId, d.Status)));
        }
    }

    [Fact]
    public async Task Where_the_endpoint_masked_the_CPF_then_the_log_shows_it_masked()
    {
        await using var ledger = await LedgerFixture.StartAsync(postgres, TimeProvider.System.GetUtcNow(), Token);
        var institution = await ledger.AddInstitutionAsync(Token);
        var endpoint = await ledger.AddEndpointAsync(institution, Token);
        var happened = await ledger.AddEventAsync(institution, "activities.course.enrollment", "ana", [endpoint], Token);
        var delivery = (await ledger.DeliveriesOfAsync(institution, happened, Token))[0];
        await ledger.AttemptAsync(institution, delivery, "failed", 500, Token);

        var attempt = Assert.Single(await ledger.ReadAttemptsAsync(institution, delivery, Token));

        Assert.NotNull(attempt.Request);
        Assert.Contains("\"cpf\":\"XXX.XXX.XXX-XX\"", Encoding.UTF8.GetString(attempt.Request.Body.Span), StringComparison.Ordinal);
        Assert.Contains(KeyValuePair.Create("authorization", "Bearer s3cret"), attempt.Request.Headers);
        Assert.Equal(["authorization"], attempt.Request.OwnHeaders);
        Assert.Contains(KeyValuePair.Create("webhook-signature", "v1,c2lnbmF0dXJl"), attempt.Request.Headers);
        Assert.Contains(KeyValuePair.Create("sineta-delivery", PublicId.Format(PublicId.Delivery, delivery)), attempt.Request.Headers);
    }

    private static async Task<Guid> AddPausedAsync(DeliveryNode node, long institution)
    {
        var endpoint = await node.AddEndpointAsync(institution, new Uri("https://crm.example/hooks"), Token);
        await node.SetStatusAsync(endpoint, "paused", Token);
        return endpoint;
    }

    private static async Task<DeliveryEntry> EventuallyDeliveredAsync(DeliveryLog log, long institution, Guid eventId)
    {
        DeliveryEntry? found = null;
        await Eventually.TrueAsync(
            async () =>
            {
                var filter = new DeliveryFilter { EventId = eventId, Status = DeliveryStatus.Delivered };
                var page = await log.ReadAsync(institution, filter, null, 10, Token);
                found = page.Rows.SingleOrDefault();
                return found is not null;
            }, Token);
        return found!;
    }
}
