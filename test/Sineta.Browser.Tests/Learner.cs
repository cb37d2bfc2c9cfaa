using System.Text.Json;
using Microsoft.Playwright;
using Sineta.Events;
using Sineta.Server.Pages;
using Sineta.Testing;

namespace Sineta.Browser.Tests;

/// <summary>A learner's window in a new institution, whose receiver is told of all that the learner does.</summary>
internal sealed class Learner : IAsyncDisposable
{
    public const string Password = "toca a sineta";

    private readonly Site _site;
    private readonly Visit _visit;
    private readonly RecordingReceiver _receiver;
    private readonly WebhookSecret _secret;
    private long _school;

    private Learner(Site site, Visit visit, RecordingReceiver receiver, WebhookSecret secret, IPage page, long id) =>
        (_site, _visit, _receiver, _secret, Page, Id) = (site, visit, receiver, secret, page, id);

    public IPage Page { get; }

    public long Id { get; }

    public string Email => EmailOf(_visit);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Registers a learner, who sets a password by a link, and connects a receiver.</summary>
    public static async Task<Learner> RegisterAsync(Site site, bool hasScripts = true, bool isPhone = false, bool isDark = false)
    {
        var receiver = await Receivers.StartAsync(Stop);
        var visit = await site.VisitAsync(isDark, isPhone, hasScripts);
        var endpoint = await site.PostAsync(visit.Key, "/v1/endpoints", new { url = receiver.Url });
        var id = (await site.PostAsync(
            visit.Key, "/v1/users", new { name = "Ana Conceição", email = EmailOf(visit), cpf = "529.982.247-25" }))
            .GetProperty("id").GetInt64();
        var token = (await site.PostAsync(visit.Key, $"/v1/users/{id}/password-reset", new { })).GetProperty("token").GetString();
        await visit.Context.ClearCookiesAsync();
        await visit.Page.GotoAsync($"/password/{visit.Institution}/{token}");
        await visit.Page.FillAsync("#password", Password);
        await visit.Page.FillAsync("#again", Password);
        await visit.Page.Locator("main form button").ClickAsync();
        var secret = WebhookSecret.Parse(endpoint.GetProperty("secret").GetString()!);
        var learner = new Learner(site, visit, receiver, secret, visit.Page, id);
        learner._school = await learner.MakeAsync("/v1/schools", new { name = "Escola de Ofícios" });
        return learner;
    }

    public Task<JsonElement> PostAsync(string path, object body) => _site.PostAsync(_visit.Key, path, body);

    public async Task<long> MakeAsync(string path, object body) => (await PostAsync(path, body)).GetProperty("id").GetInt64();

    /// <summary>A published course with these contents, all of them required.</summary>
    public async Task<long> AddCourseAsync(params object[] contents)
    {
        var template = await MakeAsync(
            "/v1/certificate-templates", new { name = "Modelo", title = "Certificado de Conclusão", text = "{name} concluiu {course}." });
        var course = await MakeAsync(
            "/v1/courses",
            new { school_id = _school, name = "Marcenaria básica", workload_hours = 10, certificate_template_id = template });
        var lesson = await MakeAsync($"/v1/courses/{course}/lessons", new { title = "Madeiras" });
        foreach (var content in contents)
            await MakeAsync($"/v1/lessons/{lesson}/contents", content);
        await _site.PatchAsync(_visit.Key, $"/v1/courses/{course}", new { status = "published" });
        return course;
    }

    /// <summary>Uploads a file that the demo school has.</summary>
    public async Task<string> UploadAsync(string name, string mediaType)
    {
        await using var bytes = typeof(SinetaPages).Assembly.GetManifestResourceStream($"Sineta.Server.Demo.Media.{name}")!;
        return await _site.UploadAsync(_visit.Key, name, mediaType, bytes);
    }

    /// <summary>Waits for what the receiver was told, verifies each signature, and answers in order what it was and by which way.</summary>
    public async Task<IReadOnlyList<string>> ToldAsync(int count)
    {
        await Eventually.TrueAsync(() => Events().Count() >= count, Stop);
        foreach (var request in _receiver.Received)
        {
            Assert.IsType<VerificationResult.Verified>(WebhookSignature.Verify(
                request.WebhookId, request.Headers["webhook-timestamp"], request.Headers["webhook-signature"], request.Body, [_secret],
                TimeProvider.System.GetUtcNow()));
        }

        return [.. Events().OrderBy(static r => r.WebhookId, StringComparer.Ordinal).Select(static r =>
            r.Headers.TryGetValue("sineta-source", out var source) ? $"{SlugOf(r)} by {source}" : SlugOf(r))];
    }

    public async ValueTask DisposeAsync()
    {
        await _visit.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    private static string EmailOf(Visit visit) => $"ana{visit.Institution}@example.com";

    private IEnumerable<ReceivedRequest> Events() =>
        _receiver.Received.Where(static r => r.Headers["sineta-event"].StartsWith("activities.", StringComparison.Ordinal));

    private static string SlugOf(ReceivedRequest request) =>
        JsonElement.Parse(request.Body).GetProperty("event").GetProperty("slug").GetString()!;
}
