using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.History;
using Sineta.Events;
using Sineta.Server.Pages;
using Sineta.Server.Tests.Api;
using Sineta.Testing;

namespace Sineta.Server.Tests.Pages;

/// <summary>Everything that the API does for webhooks, done by a person without JavaScript.</summary>
public sealed partial class WebhookPageTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Script = "<script>alert(1)</script>";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_endpoint_proves_itself_and_shows_its_secret_once()
    {
        await using var receiver = await StartReceiverAsync();
        var (client, _) = await NewIntegratorAsync();
        var created = await client.PostAsync("/webhooks/endpoints", ("url", receiver.Url.AbsoluteUri), ("description", "CRM"));
        var page = await client.FollowAsync(created);
        Assert.Contains("Active", page.Text, StringComparison.Ordinal);
        Assert.Matches("whsec_[A-Za-z0-9+/=]{20,}", page.Text);
        Assert.DoesNotContain("whsec_", (await client.GetAsync(created.Headers["Location"])).Text, StringComparison.Ordinal);
        Assert.Contains("made an endpoint", (await client.GetAsync("/webhooks/audit")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_with_faults_says_each_beside_its_field_in_the_pages_language_and_keeps_what_was_typed()
    {
        var (client, _) = await NewIntegratorAsync(language: "pt-BR");
        var answer = await client.PostAsync(
            "/webhooks/endpoints", ("url", "https://eu:senha@example.com/#x"), ("description", "meu CRM"), ("headers", "nada"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains("“nada” não é um cabeçalho", answer.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"meu CRM\"", answer.Text, StringComparison.Ordinal);
        answer = await client.PostAsync(
            "/webhooks/endpoints", ("url", "https://eu:senha@example.com/#x"), ("description", "meu CRM"), ("max_in_flight", "0"));
        Assert.Contains("A URL contém usuário ou senha", answer.Text, StringComparison.Ordinal);
        Assert.Contains("A URL tem um fragmento", answer.Text, StringComparison.Ordinal);
        Assert.Contains("Deve estar entre 1 e 512.", answer.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"https://eu:senha@example.com/#x\"", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_cannot_echo_is_verified_by_pasting_its_challenge()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Stop);
        var (client, _) = await NewIntegratorAsync();
        var created = await client.PostAsync("/webhooks/endpoints", ("url", receiver.Url.AbsoluteUri));
        Assert.Contains("Not verified", (await client.FollowAsync(created)).Text, StringComparison.Ordinal);
        var endpoint = created.Headers["Location"];
        var wrong = await client.FollowAsync(await client.PostAsync($"{endpoint}/challenge", ("challenge", "guess")));
        Assert.Contains("This is not the challenge", wrong.Text, StringComparison.Ordinal);
        var challenge = Challenge().Match(System.Text.Encoding.UTF8.GetString(receiver.Received.Single().Body)).Groups[1].Value;
        var right = await client.FollowAsync(await client.PostAsync($"{endpoint}/challenge", ("challenge", challenge)));
        Assert.Contains("it is verified", right.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sample_is_seen_in_the_log_with_its_request_and_answer_and_is_resent()
    {
        await using var receiver = await StartReceiverAsync();
        var (client, _) = await NewIntegratorAsync();
        var endpoint = (await client.PostAsync("/webhooks/endpoints", ("url", receiver.Url.AbsoluteUri))).Headers["Location"];
        var log = (await client.PostAsync($"{endpoint}/test", ("type", EventTypes.TrailCompleted.Slug))).Headers["Location"];
        var delivery = await DeliveredAsync(client, log);
        var page = await client.GetAsync(delivery);
        Assert.Contains("Attempt 1", page.Text, StringComparison.Ordinal);
        Assert.Contains("webhook-signature", page.Text, StringComparison.Ordinal);
        Assert.Contains("Trail Name", page.Text, StringComparison.Ordinal);
        var resent = await client.PostAsync($"{delivery}/resend");
        Assert.NotEqual(delivery, resent.Headers["Location"]);
        Assert.Contains("this is the new delivery", (await client.FollowAsync(resent)).Text, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => receiver.Received.Count == 3, Stop);
    }

    [Fact]
    public async Task Paused_deliveries_are_held_counted_and_let_go()
    {
        await using var receiver = await StartReceiverAsync();
        var (client, key) = await NewIntegratorAsync();
        var endpoint = (await client.PostAsync("/webhooks/endpoints", ("url", receiver.Url.AbsoluteUri))).Headers["Location"];
        Assert.Contains("Paused", (await client.FollowAsync(await client.PostAsync($"{endpoint}/pause"))).Text, StringComparison.Ordinal);
        await PublishAsync(key, 1, "Ana");
        Assert.Contains("Resume (1 held)", (await client.GetAsync(endpoint)).Text, StringComparison.Ordinal);
        var resumed = await client.FollowAsync(await client.PostAsync($"{endpoint}/resume"));
        Assert.Contains("1 held delivery goes out now", resumed.Text, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => receiver.Received.Count == 2, Stop);
    }

    [Fact]
    public async Task What_waits_is_counted_each_minute_and_drawn()
    {
        await using var receiver = await StartReceiverAsync();
        var (client, key) = await NewIntegratorAsync();
        var endpoint = (await client.PostAsync("/webhooks/endpoints", ("url", receiver.Url.AbsoluteUri))).Headers["Location"];
        await client.PostAsync($"{endpoint}/pause");
        await PublishAsync(key, 1, "Ana");
        await PublishAsync(key, 2, "Bia");
        var sampler = server.Services.GetRequiredService<BacklogSampler>();
        await sampler.SampleAsync(Stop);
        await sampler.SampleAsync(Stop);
        foreach (var window in new[] { "hour", "day", "week" })
            Assert.Contains("Waiting: 2 at most", (await client.GetAsync($"/webhooks?window={window}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_is_counted_before_it_starts_and_shows_its_progress()
    {
        await using var receiver = await StartReceiverAsync();
        var (client, key) = await NewIntegratorAsync();
        await PublishAsync(key, 1, "Ana");
        await PublishAsync(key, 2, "Bia");
        var endpoint = (await client.PostAsync("/webhooks/endpoints", ("url", receiver.Url.AbsoluteUri))).Headers["Location"];
        (string, string)[] fields = [("endpoint_id", endpoint.Split('/')[^1]), ("pace", "100")];
        var counted = await client.PostAsync("/webhooks/replays", [.. fields, ("action", "preview")]);
        Assert.Contains("2 events would be sent.", counted.Text, StringComparison.Ordinal);
        var replay = (await client.PostAsync("/webhooks/replays", [.. fields, ("action", "start")])).Headers["Location"];
        await Eventually.TrueAsync(
            async () => (await client.GetAsync($"{replay}/progress")).Text.Contains("100%", StringComparison.Ordinal), Stop);
        Assert.Equal(3, receiver.Received.Count);
        var cancelled = await client.FollowAsync(await client.PostAsync($"{replay}/cancel"));
        Assert.Contains("It had ended already.", cancelled.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_shown_once_opens_the_api_and_is_refused_once_revoked()
    {
        var (client, _) = await NewIntegratorAsync();
        var page = await client.FollowAsync(await client.PostAsync("/webhooks/api-keys", ("name", "ERP"), ("scopes", "webhooks:manage")));
        var token = Token().Match(page.Text).Value;
        Assert.DoesNotContain(token, (await client.GetAsync("/webhooks/api-keys")).Text, StringComparison.Ordinal);
        using var program = server.Client(token);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/v1/deliveries")).Status);
        foreach (var id in RevokeAction().Matches(page.Text).Select(m => m.Value))
            await client.PostAsync(id);
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.GetAsync("/v1/deliveries")).Status);
        Assert.Contains("revoked an API key", (await client.GetAsync("/webhooks/audit")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("read")]
    [InlineData("learning:manage")]
    public async Task An_integrator_makes_no_key_that_opens_the_campus_which_is_not_open_to_the_integrator(string scope)
    {
        var (client, _) = await NewIntegratorAsync();
        Assert.DoesNotContain($"value=\"{scope}\"", (await client.GetAsync("/webhooks/api-keys")).Text, StringComparison.Ordinal);

        var refused = await client.PostAsync("/webhooks/api-keys", ("name", "ERP"), ("scopes", scope));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.DoesNotMatch(Token(), refused.Text);
    }

    [Fact]
    public async Task What_people_and_programs_named_is_shown_as_text()
    {
        await using var receiver = await StartReceiverAsync();
        var (client, key) = await NewIntegratorAsync(name: $"Ana {Script}");
        var created = await client.PostAsync("/webhooks/endpoints", ("url", receiver.Url.AbsoluteUri), ("description", Script));
        var endpoint = created.Headers["Location"];
        await PublishAsync(key, 1, $"Ana {Script}", learner: Script);
        var delivery = await DeliveredAsync(client, "/webhooks/deliveries");
        var pages = new[] { endpoint, "/webhooks/endpoints", "/webhooks/deliveries", delivery, $"/webhooks/deliveries?learner={Script}" };
        foreach (var path in pages)
            Assert.DoesNotContain(Script, (await client.GetRawAsync(path)), StringComparison.OrdinalIgnoreCase);
    }

    private async Task<(PageClient Client, ApiClient Key)> NewIntegratorAsync(string language = "en", string name = "Ana")
    {
        var key = await server.NewInstitutionAsync();
        var institution = server.Services.GetRequiredService<Configuration>().FindKey(key.Key)!.Institution.Id;
        return (new PageClient(server.Address, language).As(server, Roles.Integrator, institution, name), key);
    }

    private static async Task<RecordingReceiver> StartReceiverAsync()
    {
        var receiver = await RecordingReceiver.StartAsync(Stop);
        receiver.Answer = RouteWalkTests.EchoAsync;
        return receiver;
    }

    private static async Task PublishAsync(ApiClient key, int number, string name, string? learner = null)
    {
        var data = Samples.Enrollment(number);
        data["user"]!["name"] = name;
        (await key.PostAsync("/v1/events", new { type = EventTypes.CourseEnrollment.Slug, data, learner })).Ok(HttpStatusCode.Accepted);
    }

    /// <summary>The page of the first delivery of a list, once it is delivered.</summary>
    private static async Task<string> DeliveredAsync(PageClient client, string log)
    {
        var page = "";
        await Eventually.TrueAsync(
            async () => (page = (await client.GetAsync(log)).Text).Contains("state-ok", StringComparison.Ordinal), Stop);
        return DeliveryPath().Match(page).Value;
    }

    [GeneratedRegex("/webhooks/deliveries/dlv_[0-9a-f]{32}")]
    private static partial Regex DeliveryPath();

    [GeneratedRegex("/webhooks/api-keys/key_[0-9a-f]{32}/revoke")]
    private static partial Regex RevokeAction();

    [GeneratedRegex("\"challenge\":\"([^\"]+)\"")]
    private static partial Regex Challenge();

    [GeneratedRegex("sk_[A-Za-z0-9_-]{40,}")]
    private static partial Regex Token();
}
