using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Sineta.Delivery.Endpoints;
using Sineta.Events;
using Sineta.Server.Pages;
using Sineta.Server.Tests.Api;
using Sineta.Testing;

namespace Sineta.Server.Tests.Pages;

/// <summary>The log and a delivery as its readers meet them: up to date, in their language, and to the point.</summary>
public sealed partial class DeliveryPageTests(ApiServer server) : IClassFixture<ApiServer>
{
    private ApiClient _key = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_delivery_is_asked_for_again_until_it_has_ended()
    {
        await using var receiver = await StartReceiverAsync();
        using var client = await NewIntegratorAsync("en");
        var endpoint = await AddEndpointAsync(client, receiver);
        await client.PostAsync($"{endpoint}/pause");
        await PublishAsync();
        var log = await client.GetAsync("/webhooks/deliveries?type=" + EventTypes.CourseEnrollment.Slug);
        var held = (await client.GetAsync(DeliveryPath().Match(log.Text).Value)).Text;
        var state = StatePath().Match(held).Value;
        Assert.Contains("Held", held, StringComparison.Ordinal);
        Assert.Contains("every 10s", held, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await client.GetAsync(state, byHtmx: true)).Status);

        await client.PostAsync($"{endpoint}/resume");
        var shown = "";
        await Eventually.TrueAsync(
            async () => (shown = (await client.GetAsync(state, byHtmx: true)).Text).Contains("state-ok", StringComparison.Ordinal), Stop);
        Assert.Contains("Attempt 1", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("hx-get", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("<html", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, "O receptor respondeu 500 Internal Server Error.")]
    [InlineData(429, "O receptor respondeu 429 Too Many Requests.")]
    [InlineData(599, "O receptor respondeu 599.")]
    public async Task A_refusal_is_told_by_the_standards_own_phrase(int status, string sentence)
    {
        await using var receiver = await StartReceiverAsync();
        using var client = await NewIntegratorAsync("pt-BR");
        await AddEndpointAsync(client, receiver);
        receiver.Answer = (_, context) => Task.FromResult(context.Response.StatusCode = status);
        await PublishAsync();
        await Eventually.TrueAsync(
            async () => (await client.GetAsync("/webhooks/deliveries")).Text.Contains(sentence, StringComparison.Ordinal), Stop);
    }

    [Fact]
    public async Task A_verification_is_not_resent_and_says_that_what_it_carried_is_not_kept()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Stop);
        using var client = await NewIntegratorAsync("pt-BR");
        await AddEndpointAsync(client, receiver);
        var log = (await client.GetAsync("/webhooks/deliveries?type=webhooks.endpoint.verification")).Text;
        Assert.Matches("<option value=\"webhooks.endpoint.verification\" selected", log);
        Assert.Contains("cole-o na página do destino", log, StringComparison.Ordinal);
        var delivery = DeliveryPath().Match(log).Value;
        var page = (await client.GetAsync(delivery)).Text;
        Assert.DoesNotContain("/resend", page, StringComparison.Ordinal);
        Assert.Contains("O pedido e a resposta de uma verificação não são guardados", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Nenhuma chamada foi feita", page, StringComparison.Ordinal);
        var resent = await client.FollowAsync(await client.PostAsync($"{delivery}/resend"));
        Assert.Contains("Era uma verificação: verifique o destino de novo.", resent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_from_before_an_endpoint_proved_itself_is_no_longer_its_last()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Stop);
        using var client = await NewIntegratorAsync("pt-BR");
        var endpoint = await AddEndpointAsync(client, receiver);
        receiver.Answer = RouteWalkTests.EchoAsync;
        await client.PostAsync($"{endpoint}/verify");
        var page = (await client.GetAsync(endpoint)).Text;
        Assert.Contains("Ativo", page, StringComparison.Ordinal);
        Assert.DoesNotContain("sem o desafio", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_that_nothing_matches_can_be_let_go_and_a_reversed_period_is_named()
    {
        using var client = await NewIntegratorAsync("pt-BR");
        Assert.Contains("Assim que um evento for aceito", (await client.GetAsync("/webhooks/deliveries")).Text, StringComparison.Ordinal);
        var filtered = (await client.GetAsync("/webhooks/deliveries?learner=ninguem")).Text;
        Assert.Contains("Nada encontrado", filtered, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/webhooks/deliveries\">Mostrar todas</a>", filtered, StringComparison.Ordinal);
        var reversed = (await client.GetAsync("/webhooks/deliveries?from=2026-03-02T10:00&to=2026-03-01T10:00")).Text;
        Assert.Contains("O fim deve ser depois do início.", reversed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pt-BR", @"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d,\d{3}<")]
    [InlineData("en", @"\d+/\d+/\d{4} \d+:\d\d:\d\d\.\d{3}\s[AP]M<")]
    public async Task A_precise_time_is_written_as_the_language_writes_times(string language, string pattern)
    {
        await using var receiver = await StartReceiverAsync();
        using var client = await NewIntegratorAsync(language);
        await AddEndpointAsync(client, receiver);
        Assert.Matches(pattern, (await client.GetAsync("/webhooks/deliveries")).Text);
    }

    private async Task<PageClient> NewIntegratorAsync(string language)
    {
        _key = await server.NewInstitutionAsync();
        var institution = server.Services.GetRequiredService<Configuration>().FindKey(_key.Key)!.Institution.Id;
        return new PageClient(server.Address, language).As(server, Roles.Integrator, institution);
    }

    private static async Task<RecordingReceiver> StartReceiverAsync()
    {
        var receiver = await RecordingReceiver.StartAsync(Stop);
        receiver.Answer = RouteWalkTests.EchoAsync;
        return receiver;
    }

    /// <returns>Its page.</returns>
    private static async Task<string> AddEndpointAsync(PageClient client, RecordingReceiver receiver) =>
        (await client.PostAsync("/webhooks/endpoints", ("url", receiver.Url.AbsoluteUri))).Headers["Location"];

    private async Task PublishAsync() =>
        (await _key.PostAsync("/v1/events", new { type = EventTypes.CourseEnrollment.Slug, data = Samples.Enrollment(1) }))
            .Ok(HttpStatusCode.Accepted);

    [GeneratedRegex("/webhooks/deliveries/dlv_[0-9a-f]{32}")]
    private static partial Regex DeliveryPath();

    [GeneratedRegex("/webhooks/deliveries/dlv_[0-9a-f]{32}/state[^\"]+")]
    private static partial Regex StatePath();
}
