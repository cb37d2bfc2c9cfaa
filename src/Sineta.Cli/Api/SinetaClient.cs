using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Sineta.Cli.Api;

/// <summary>The HTTP API of a server, with one key.</summary>
internal sealed class SinetaClient : IDisposable
{
    private readonly HttpClient _http;

    public SinetaClient(Uri server, string key)
    {
        _http = new HttpClient { BaseAddress = server, Timeout = TimeSpan.FromSeconds(60) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public Task<CreatedInstitution> CreateInstitutionAsync(string name, string timeZone, CancellationToken cancellationToken) =>
        PostAsync(
            "/v1/institutions", new NewInstitution(name, timeZone),
            ApiJson.Default.NewInstitution, ApiJson.Default.CreatedInstitution, cancellationToken);

    public Task<EndpointAnswer> CreateEndpointAsync(Uri url, string description, CancellationToken cancellationToken) =>
        PostAsync(
            "/v1/endpoints", new NewEndpoint(url.AbsoluteUri, description),
            ApiJson.Default.NewEndpoint, ApiJson.Default.EndpointAnswer, cancellationToken);

    /// <summary>Has the endpoint asked to prove itself.</summary>
    public Task<EndpointAnswer> VerifyEndpointAsync(string id, CancellationToken cancellationToken) =>
        ReadAsync(new HttpRequestMessage(HttpMethod.Post, $"/v1/endpoints/{id}/verify"), ApiJson.Default.EndpointAnswer, cancellationToken);

    /// <summary>Has a sample sent to the endpoint, marked as a test.</summary>
    public Task<TestAnswer> TestEndpointAsync(string id, CancellationToken cancellationToken) =>
        ReadAsync(new HttpRequestMessage(HttpMethod.Post, $"/v1/endpoints/{id}/test"), ApiJson.Default.TestAnswer, cancellationToken);

    public async Task DeleteEndpointAsync(string id, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"/v1/endpoints/{id}"), cancellationToken);
    }

    /// <summary>Returns when the event is committed.</summary>
    public Task<Published> PublishAsync(Submission submission, CancellationToken cancellationToken) =>
        PostAsync("/v1/events", submission, ApiJson.Default.Submission, ApiJson.Default.Published, cancellationToken);

    /// <summary>The newest deliveries of an endpoint and a status, or of all.</summary>
    public Task<DeliveryPage> DeliveriesAsync(string? endpoint, string? status, CancellationToken cancellationToken)
    {
        var filter = (endpoint is null ? "" : $"&endpoint={Uri.EscapeDataString(endpoint)}")
            + (status is null ? "" : $"&status={Uri.EscapeDataString(status)}");
        return ReadAsync(
            new HttpRequestMessage(HttpMethod.Get, $"/v1/deliveries?limit=100{filter}"), ApiJson.Default.DeliveryPage, cancellationToken);
    }

    public Task<ResendAnswer> ResendAsync(string delivery, CancellationToken cancellationToken) => ReadAsync(
        new HttpRequestMessage(HttpMethod.Post, $"/v1/deliveries/{Uri.EscapeDataString(delivery)}/resend"),
        ApiJson.Default.ResendAnswer, cancellationToken);

    /// <summary>Posts what has no shape of its own here, such as the campus's things.</summary>
    public Task<JsonElement> PostAsync(string path, JsonObject body, CancellationToken cancellationToken) =>
        PostAsync(path, body, ApiJson.Default.JsonObject, ApiJson.Default.JsonElement, cancellationToken);

    public Task<JsonElement> PatchAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Patch, path) { Content = JsonContent.Create(body, ApiJson.Default.JsonObject) };
        return ReadAsync(request, ApiJson.Default.JsonElement, cancellationToken);
    }

    /// <summary>An event as it is on record.</summary>
    public Task<JsonElement> EventAsync(string id, CancellationToken cancellationToken) =>
        ReadAsync(new HttpRequestMessage(HttpMethod.Get, $"/v1/events/{id}"), ApiJson.Default.JsonElement, cancellationToken);

    public void Dispose() => _http.Dispose();

    private Task<TAnswer> PostAsync<TBody, TAnswer>(
        string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken) =>
        ReadAsync(
            new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, bodyType) }, answerType, cancellationToken);

    private async Task<T> ReadAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(request, cancellationToken);
        try
        {
            return await response.Content.ReadFromJsonAsync(type, cancellationToken) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new CliException($"What answers at {_http.BaseAddress} is not the API of Sineta.", e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new CliException($"The server at {_http.BaseAddress} cannot be reached: {e.Message}", e);
        }

        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw new CliException(await ExplainAsync(response, cancellationToken));
    }

    private async Task<string> ExplainAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = $"{(int)response.StatusCode} {response.ReasonPhrase}";
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
            return $"The server at {_http.BaseAddress} answered {status}.";
        var problem = await response.Content.ReadFromJsonAsync(ApiJson.Default.ProblemAnswer, cancellationToken);
        var faults = problem?.Errors?.Select(fault => $"\n  {fault.Pointer}: {fault.Message}") ?? [];
        return $"{problem?.Title ?? status}: {problem?.Detail}{string.Concat(faults)}";
    }
}
