using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Sineta.Server.Tests.Api;

/// <summary>Calls the API as any HTTP client would.</summary>
public sealed class ApiClient(Uri address, string? key) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address };

    public string? Key => key;

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, content: null);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, content: null);

    public Task<Answer> PostAsync(string path, object? body = null) =>
        SendAsync(HttpMethod.Post, path, body is null ? null : JsonContent.Create(body));

    public Task<Answer> PatchAsync(string path, object body) => SendAsync(HttpMethod.Patch, path, JsonContent.Create(body));

    /// <summary>Posts text as it is, as JSON.</summary>
    public Task<Answer> PostTextAsync(string path, string body, string? contentType = "application/json", string? idempotencyKey = null) =>
        PostBytesAsync(path, Encoding.UTF8.GetBytes(body), contentType, idempotencyKey);

    public Task<Answer> PostBytesAsync(string path, byte[] body, string? contentType = "application/json", string? idempotencyKey = null)
    {
        var content = new ByteArrayContent(body);
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return SendAsync(HttpMethod.Post, path, content, idempotencyKey);
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (idempotencyKey is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        using var response = await _http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return new Answer(
            response.StatusCode, response.Content.Headers.ContentType?.MediaType,
            response.Headers.Concat(response.Content.Headers).ToDictionary(
                h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase),
            await response.ReadTextAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Opens a stream of events, as a browser would.</summary>
    public async Task<EventStream> ListenAsync(string path, string? last = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (last is not null)
            request.Headers.Add("Last-Event-ID", last);
        return await EventStream.OpenAsync(
            await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>What the server answered.</summary>
public sealed record Answer(HttpStatusCode Status, string? MediaType, IReadOnlyDictionary<string, string> Headers, string Text)
{
    public JsonElement Body => JsonElement.Parse(Text);

    /// <summary>A problem's errors, <c>pointer: message</c> each.</summary>
    public string[] Errors => [.. Body.GetProperty("errors").EnumerateArray()
        .Select(e => $"{e.GetProperty("pointer").GetString()}: {e.GetProperty("message").GetString()}")];

    public string[] Pointers => [.. Body.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("pointer").GetString()!)];

    /// <summary>Asserts that it is a problem of this kind, as every error has to be.</summary>
    public Answer Is(HttpStatusCode status, string type)
    {
        Assert.True(status == Status, $"Answered {Status}: {Text}");
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal($"/problems/{type}", Body.GetProperty("type").GetString());
        Assert.Equal((int)status, Body.GetProperty("status").GetInt32());
        Assert.NotEmpty(Body.GetProperty("title").GetString()!);
        Assert.NotEmpty(Body.GetProperty("detail").GetString()!);
        return this;
    }

    /// <summary>Asserts the status, and gives the body.</summary>
    public JsonElement Ok(HttpStatusCode status = HttpStatusCode.OK)
    {
        Assert.True(status == Status, $"Answered {Status}: {Text}");
        return Body;
    }
}
