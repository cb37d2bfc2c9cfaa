using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Sineta.Cli.Api;

/// <summary>The HTTP API of a server, with one key.</summary>
internal sealed class SinetaClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;

    public SinetaClient(Uri server, string key)
    {
        var handler = new SocketsHttpHandler { ConnectCallback = ConnectAsync };
        _http = new HttpClient(handler) { BaseAddress = server, Timeout = Patience };
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

    /// <summary>All endpoints of the institution.</summary>
    public async IAsyncEnumerable<EndpointAnswer> EndpointsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = "";
        do
        {
            var page = await ReadAsync(
                new HttpRequestMessage(HttpMethod.Get, $"/v1/endpoints?limit=100{cursor}"), ApiJson.Default.EndpointPage, cancellationToken);
            foreach (var endpoint in page.Data)
                yield return endpoint;
            cursor = page.NextCursor is { } next ? $"&cursor={Uri.EscapeDataString(next)}" : null;
        }
        while (cursor is not null);
    }

    /// <summary>Has the endpoint asked to prove itself.</summary>
    public Task<EndpointAnswer> VerifyEndpointAsync(string id, CancellationToken cancellationToken) =>
        ReadAsync(new HttpRequestMessage(HttpMethod.Post, $"/v1/endpoints/{id}/verify"), ApiJson.Default.EndpointAnswer, cancellationToken);

    /// <summary>Has a type's sample sent to the endpoint alone, marked as a test.</summary>
    public Task<TestAnswer> TestEndpointAsync(string id, string type, CancellationToken cancellationToken) => PostAsync(
        $"/v1/endpoints/{Uri.EscapeDataString(id)}/test", new EndpointTest(type),
        ApiJson.Default.EndpointTest, ApiJson.Default.TestAnswer, cancellationToken);

    public async Task DeleteEndpointAsync(string id, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"/v1/endpoints/{id}"), cancellationToken);
    }

    /// <summary>Returns when the event is committed.</summary>
    public Task<Published> PublishAsync(Submission submission, CancellationToken cancellationToken) =>
        PostAsync("/v1/events", submission, ApiJson.Default.Submission, ApiJson.Default.Published, cancellationToken);

    /// <summary>The newest deliveries of an endpoint and a status, or of all.</summary>
    public Task<DeliveryPage> DeliveriesAsync(string? endpoint, string? status, CancellationToken cancellationToken) => ReadAsync(
        new HttpRequestMessage(HttpMethod.Get, $"/v1/deliveries?limit=100{Filter(endpoint, status)}"),
        ApiJson.Default.DeliveryPage, cancellationToken);

    /// <summary>Begins to listen to attempts, as they are made, or where it was before.</summary>
    /// <exception cref="CliException">The server does not let it.</exception>
    public async Task<AttemptStream> ListenAsync(string? endpoint, string? status, string? last, CancellationToken cancellationToken)
    {
        var filter = Filter(endpoint, status);
        var request = new HttpRequestMessage(HttpMethod.Get, filter.Length == 0 ? "/v1/stream" : $"/v1/stream?{filter[1..]}");
        if (last is not null)
            request.Headers.Add("Last-Event-ID", last);
        var response = await SendAsync(request, cancellationToken, HttpCompletionOption.ResponseHeadersRead);
        return new AttemptStream(response, await response.Content.ReadAsStreamAsync(cancellationToken));
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

    /// <summary>A connection that is found out to be dead, as after a laptop's sleep, though nothing is said on it for long.</summary>
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 20);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Filter(string? endpoint, string? status) =>
        (endpoint is null ? "" : $"&endpoint={Uri.EscapeDataString(endpoint)}")
        + (status is null ? "" : $"&status={Uri.EscapeDataString(status)}");

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken,
        HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, completion, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new CliException($"The server at {_http.BaseAddress} cannot be reached: {e.Message}", e) { MayPass = true };
        }
        catch (OperationCanceledException e) when (e.InnerException is TimeoutException)
        {
            throw new CliException($"The server at {_http.BaseAddress} did not answer within {Patience.TotalSeconds:0} s.", e) { MayPass = true };
        }

        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw new CliException(await ExplainAsync(response, cancellationToken)) { MayPass = MayPass(response.StatusCode) };
    }

    private static bool MayPass(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

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
