using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Institutions;
using Sineta.Server.Pages;
using Sineta.Server.Tests.Api;

namespace Sineta.Server.Tests.Pages;

/// <summary>Opens pages as a browser without JavaScript does: keeps cookies, and sends a form with all that the page put into it.</summary>
public sealed partial class PageClient : IDisposable
{
    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _http;

    public PageClient(Uri address, string language = "en")
    {
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies }) { BaseAddress = address };
        _http.DefaultRequestHeaders.Add("Accept", "text/html");
        _http.DefaultRequestHeaders.Add("Accept-Language", language);
    }

    public CookieCollection Cookies => _cookies.GetCookies(_http.BaseAddress!);

    public Task<Answer> GetAsync(string path, bool byHtmx = false) => SendAsync(HttpMethod.Get, path, content: null, byHtmx);

    /// <summary>A page as it was sent, nothing decoded.</summary>
    public async Task<string> GetRawAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A file, byte by byte.</summary>
    public Task<byte[]> GetBytesAsync(string path) =>
        _http.GetByteArrayAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    /// <summary>Makes every request a part of a trace.</summary>
    public void Trace(string traceParent) => _http.DefaultRequestHeaders.Add("traceparent", traceParent);

    /// <summary>Posts what a test says and nothing more.</summary>
    public Task<Answer> PostRawAsync(string path, Dictionary<string, string>? values = null, bool byHtmx = false) =>
        SendAsync(HttpMethod.Post, path, new FormUrlEncodedContent(values ?? []), byHtmx);

    /// <summary>Posts a body of any kind, once the server says that it wants it.</summary>
    public Task<Answer> PostContentAsync(string path, HttpContent content) =>
        SendAsync(HttpMethod.Post, path, content, byHtmx: false, waits: true);

    /// <summary>Posts a form of this site: with the token of the front page.</summary>
    public Task<Answer> PostAsync(string path, params (string Name, string Value)[] values) => PostAsync(path, values, byHtmx: false);

    /// <summary>The same as htmx posts it.</summary>
    public Task<Answer> PostByHtmxAsync(string path, params (string Name, string Value)[] values) => PostAsync(path, values, byHtmx: true);

    /// <summary>Posts a form that carries a file, in its field <c>file</c>.</summary>
    public Task<Answer> UploadAsync(string path, string file, params (string Name, string Value)[] values) =>
        UploadAsync(path, Encoding.UTF8.GetBytes(file), values);

    /// <summary>The same, byte by byte.</summary>
    public async Task<Answer> UploadAsync(string path, byte[] file, params (string Name, string Value)[] values)
    {
        var form = new MultipartFormDataContent { { new StringContent(await TokenAsync()), "__RequestVerificationToken" } };
        foreach (var (name, value) in values)
            form.Add(new StringContent(value), name);
        form.Add(new ByteArrayContent(file), "file", "rows");
        return await SendAsync(HttpMethod.Post, path, form, byHtmx: false);
    }

    private async Task<Answer> PostAsync(string path, (string Name, string Value)[] values, bool byHtmx)
    {
        var token = await TokenAsync();
        var fields = values.Select(v => KeyValuePair.Create(v.Name, v.Value)).Append(new("__RequestVerificationToken", token));
        return await SendAsync(HttpMethod.Post, path, new FormUrlEncodedContent(fields), byHtmx);
    }

    private async Task<string> TokenAsync() => Token().Match((await GetAsync("/")).Text).Groups["token"].Value;

    /// <summary>Opens the page that a form leads to.</summary>
    public async Task<Answer> FollowAsync(Answer redirect)
    {
        Assert.True(redirect.Status is HttpStatusCode.Redirect or HttpStatusCode.SeeOther, $"Answered {redirect.Status}: {redirect.Text}");
        return await GetAsync(redirect.Headers["Location"]);
    }

    /// <summary>Gives the browser a person's session, as signing in would.</summary>
    public PageClient As(
        ApiServer server, Roles role, long? institution, string name = "Ana", long userId = 1, TimeSpan age = default, long stamp = 0)
    {
        const string scheme = CookieAuthenticationDefaults.AuthenticationScheme;
        var whose = institution is { } id ? server.Services.GetRequiredService<Configuration>().FindInstitution(id) : null;
        var viewer = role == Roles.Operator
            ? Viewer.Of(server.Services.GetRequiredService<OperatorKey>()) with { Institution = whose }
            : new Viewer(role, name, userId, whose, stamp.ToString(CultureInfo.InvariantCulture));
        var options = server.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(scheme);
        var ticket = new AuthenticationTicket(viewer.ToPrincipal(scheme), scheme);
        ticket.Properties.IssuedUtc = TimeProvider.System.GetUtcNow() - age;
        ticket.Properties.ExpiresUtc = TimeProvider.System.GetUtcNow().AddHours(1);
        _cookies.Add(_http.BaseAddress!, new Cookie(options.Cookie.Name!, options.TicketDataFormat.Protect(ticket)) { Path = "/" });
        return this;
    }

    /// <summary>Opens a stream of events, as a page's script does.</summary>
    public async Task<EventStream> ListenAsync(string path) => await EventStream.OpenAsync(await _http.GetAsync(
        new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));

    public void Dispose() => _http.Dispose();

    private async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, bool byHtmx, bool waits = false)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.ExpectContinue = waits;
        if (byHtmx)
            request.Headers.Add("HX-Request", "true");
        using var response = await _http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return new Answer(
            response.StatusCode, response.Content.Headers.ContentType?.MediaType,
            response.Headers.Concat(response.Content.Headers).ToDictionary(
                h => h.Key, h => string.Join("; ", h.Value), StringComparer.OrdinalIgnoreCase),
            WebUtility.HtmlDecode(await response.ReadTextAsync(TestContext.Current.CancellationToken)));
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"")]
    private static partial Regex Token();
}
