using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sineta.Delivery.Endpoints;
using Sineta.Events;
using Sineta.Server.Pages;
using Sineta.Server.Tests.Api;
using Sineta.Testing;

namespace Sineta.Server.Tests.Pages;

/// <summary>Who sent what again, and what Sineta did by itself, in plain words.</summary>
public sealed class AuditPageTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Audit = "/webhooks/audit";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Resends_and_replays_are_on_the_trail_with_who_asked_for_them_and_lead_to_what_was_sent()
    {
        await using var receiver = await StartReceiverAsync();
        var (client, key) = await NewIntegratorAsync("pt-BR");
        var endpoint = (await client.PostAsync("/webhooks/endpoints", ("url", receiver.Url.AbsoluteUri))).Headers["Location"];
        await PublishAsync(key, 1);
        var delivery = await DeliveredAsync(key);
        await client.PostAsync($"/webhooks/deliveries/{delivery}/resend");
        (await key.PostAsync($"/v1/deliveries/{delivery}/resend", new { })).Ok(HttpStatusCode.Accepted);
        await client.PostAsync($"{endpoint}/pause");
        var replay = (await client.PostAsync(
            "/webhooks/replays", ("endpoint_id", endpoint.Split('/')[^1]), ("pace", "100"), ("action", "start"))).Headers["Location"];
        await client.PostAsync($"{replay}/cancel");
        await client.PostAsync($"{replay}/cancel");

        var rows = await RowsAsync(client);
        Assert.Equal(
            [
                "cancelou um reenvio em lote", "iniciou um reenvio em lote", "pausou um destino", "reenviou uma entrega",
                "reenviou uma entrega",
            ], rows.Select(WhatOf).Take(5));
        Assert.Contains("usuário 1 (Ana)", rows[0], StringComparison.Ordinal);
        Assert.Contains($"<a href=\"{replay}\">", rows[0], StringComparison.Ordinal);
        Assert.Contains("chave da API sk_", rows[3], StringComparison.Ordinal);
        Assert.Contains("usuário 1 (Ana)", rows[4], StringComparison.Ordinal);
        Assert.Contains($"<a href=\"/webhooks/deliveries/{delivery}\">", rows[4], StringComparison.Ordinal);
        Assert.Contains(receiver.Url.AbsoluteUri, rows[4], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(replay)).Status);
    }

    [Fact]
    public async Task What_could_not_be_sent_again_is_not_on_the_trail()
    {
        await using var receiver = await StartReceiverAsync();
        var (client, key) = await NewIntegratorAsync("en");
        var endpoint = (await client.PostAsync("/webhooks/endpoints", ("url", receiver.Url.AbsoluteUri))).Headers["Location"];
        await PublishAsync(key, 1);
        var delivery = await DeliveredAsync(key);
        await client.PostAsync($"{endpoint}/delete");
        (await key.PostAsync($"/v1/deliveries/{delivery}/resend", new { })).Is(HttpStatusCode.Conflict, "conflict");
        Assert.DoesNotContain("resent a delivery", (await client.GetAsync(Audit)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "Sineta, by itself", "disabled an endpoint", "The receiver answered 410 Gone.")]
    [InlineData("pt-BR", "Sineta, por conta própria", "desativou um destino", "O receptor respondeu 410 Gone: não quer mais entregas.")]
    public async Task An_endpoint_that_disables_itself_is_on_the_trail_once_with_the_reason(
        string language, string who, string what, string reason)
    {
        await using var receiver = await StartReceiverAsync();
        var (client, key) = await NewIntegratorAsync(language);
        var endpoint = (await client.PostAsync("/webhooks/endpoints", ("url", receiver.Url.AbsoluteUri))).Headers["Location"];
        receiver.Answer = static (_, context) =>
        {
            context.Response.StatusCode = StatusCodes.Status410Gone;
            return Task.CompletedTask;
        };
        await PublishAsync(key, 1);
        await PublishAsync(key, 2);
        await Eventually.TrueAsync(async () => WhatOf((await RowsAsync(client))[0]) == what, Stop);
        var rows = await RowsAsync(client);
        Assert.Single(rows, row => WhatOf(row) == what);
        foreach (var text in new[] { who, reason, $"<a href=\"{endpoint}\">" })
            Assert.Contains(text, rows[0], StringComparison.Ordinal);
    }

    private async Task<(PageClient Client, ApiClient Key)> NewIntegratorAsync(string language)
    {
        var key = await server.NewInstitutionAsync();
        var institution = server.Services.GetRequiredService<Configuration>().FindKey(key.Key)!.Institution.Id;
        return (new PageClient(server.Address, language).As(server, Roles.Integrator, institution), key);
    }

    private static async Task<RecordingReceiver> StartReceiverAsync()
    {
        var receiver = await RecordingReceiver.StartAsync(Stop);
        receiver.Answer = RouteWalkTests.EchoAsync;
        return receiver;
    }

    private static async Task PublishAsync(ApiClient key, int number)
    {
        var event_ = new { type = EventTypes.CourseEnrollment.Slug, data = Samples.Enrollment(number) };
        (await key.PostAsync("/v1/events", event_)).Ok(HttpStatusCode.Accepted);
    }

    /// <summary>The only delivery of an event, once it is delivered.</summary>
    private static async Task<string> DeliveredAsync(ApiClient key)
    {
        const string log = "/v1/deliveries?status=delivered&type=activities.course.enrollment";
        await Eventually.TrueAsync(async () => (await key.GetAsync(log)).Ok().GetProperty("data").GetArrayLength() == 1, Stop);
        return (await key.GetAsync(log)).Ok().GetProperty("data")[0].GetProperty("id").GetString()!;
    }

    private static async Task<IReadOnlyList<string>> RowsAsync(PageClient client) =>
        [.. (await client.GetAsync(Audit)).Text.Split("<tbody")[1].Split("<tr>").Skip(1)];

    private static string WhatOf(string row) => Regex.Matches(row, "<td[^>]*>(?<cell>[^<]*)</td>")[1].Groups["cell"].Value;
}
