using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using Sineta.Testing;

[assembly: AssemblyFixture(typeof(Sineta.Browser.Tests.Site))]

namespace Sineta.Browser.Tests;

/// <summary>One real server with its own PostgreSQL, and one real Chromium; each test has windows and an institution of its own.</summary>
public sealed class Site : IAsyncLifetime
{
    private const string OperatorKey = "operator-of-the-browser-tests";

    // Milliseconds. Only a test that fails waits as long: a machine that is busy with others is slow, and right.
    private const float Patience = 60_000;

    private static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _api = new();
    private ServerProcess _server = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _chromium = null!;
    private string _session = null!;

    public string Address => _server.Address.AbsoluteUri.TrimEnd('/');

    public async ValueTask InitializeAsync()
    {
        var stop = TestContext.Current.CancellationToken;
        var settings = new Dictionary<string, string> { ["Sineta__DataDirectory"] = _folder.Path, ["Sineta__OperatorKey"] = OperatorKey };
        var starting = ServerProcess.StartAsync(settings, stop);
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _chromium = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Programs.FirstOrDefault(File.Exists)
                ?? throw new InvalidOperationException("The browser tests need Chromium: apt-get install chromium."),
            Args = ["--no-sandbox"],
            Timeout = Patience,
        });
        _server = await starting;
        _session = await SignInAsync();
    }

    /// <summary>A window of the operator, who looks at a new institution.</summary>
    public async Task<Visit> VisitAsync(bool isDark = false, bool isPhone = false, bool hasScripts = true, string locale = "en-US")
    {
        var institution = await NewInstitutionAsync();
        var context = await _chromium.NewContextAsync(new()
        {
            BaseURL = Address,
            StorageState = _session,
            Locale = locale,
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = hasScripts,
            ViewportSize = isPhone ? new() { Width = 390, Height = 800 } : new() { Width = 1280, Height = 900 },
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        await page.GotoAsync($"/institutions?after={institution.Id - 1}");
        await page.Locator("main form button").First.ClickAsync();
        return new Visit(context, page, institution.Id, institution.Key);
    }

    /// <summary>A window on any server, where nobody is signed in.</summary>
    public Task<IBrowserContext> NewContextAsync(string address, string locale) => _chromium.NewContextAsync(new()
    {
        BaseURL = address,
        Locale = locale,
        ViewportSize = new() { Width = 1280, Height = 800 },
        ReducedMotion = ReducedMotion.Reduce,
    });

    /// <summary>Calls the API as an institution's program does.</summary>
    public Task<JsonElement> PostAsync(string key, string path, object body) => SendAsync(HttpMethod.Post, key, path, body);

    /// <inheritdoc cref="PostAsync"/>
    public Task<JsonElement> PatchAsync(string key, string path, object body) => SendAsync(HttpMethod.Patch, key, path, body);

    private async Task<JsonElement> SendAsync(HttpMethod method, string key, string path, object body)
    {
        using var request = new HttpRequestMessage(method, Address + path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await _api.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }

    /// <summary>Uploads a file as an institution's program does.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> UploadAsync(string key, string name, string mediaType, Stream bytes)
    {
        using var content = new StreamContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Address}/v1/files?name={name}") { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await _api.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonElement.Parse(text).GetProperty("id").GetString()!;
    }

    /// <summary>Publishes an enrolment.</summary>
    public Task EnrollAsync(string key, int number) =>
        PostAsync(key, "/v1/events", new { type = "activities.course.enrollment", data = Receivers.Enrollment(number) });

    public async ValueTask DisposeAsync()
    {
        await _chromium.DisposeAsync();
        _playwright.Dispose();
        _api.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<(long Id, string Key)> NewInstitutionAsync()
    {
        var made = await PostAsync(OperatorKey, "/v1/institutions", new { name = "Escola", time_zone = "America/Sao_Paulo" });
        return (made.GetProperty("id").GetInt64(), made.GetProperty("api_key").GetString()!);
    }

    /// <summary>Signs in once: every window takes the session along.</summary>
    private async Task<string> SignInAsync()
    {
        await using var context = await _chromium.NewContextAsync(new() { BaseURL = Address });
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        await page.GotoAsync("/sign-in/operator");
        await page.FillAsync("#key", OperatorKey);
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/institutions**");
        return await context.StorageStateAsync();
    }
}

/// <summary>A window, and the institution that it looks at, with its key.</summary>
public sealed record Visit(IBrowserContext Context, IPage Page, long Institution, string Key) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Context.DisposeAsync();
}
