using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Sineta.Bench.Parts;

/// <summary>What the bench asks of the server's API, beside posting events.</summary>
internal sealed class ServerApi(Uri server, string operatorKey) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = server, Timeout = TimeSpan.FromSeconds(30) };

    public void Dispose() => _client.Dispose();

    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _client.GetAsync("/health/ready", cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>A new institution's API key.</summary>
    public async Task<string> CreateInstitutionAsync(string name, CancellationToken cancellationToken)
    {
        var asked = new { name, time_zone = "America/Sao_Paulo" };
        var created = await SendAsync(HttpMethod.Post, "/v1/institutions", operatorKey, asked, cancellationToken);
        return created.GetProperty("api_key").GetString()!;
    }

    /// <summary>Makes an endpoint; it has proven itself when this returns, and has this id.</summary>
    /// <param name="eventTypes">Empty: every type.</param>
    /// <param name="maxInFlight">Null: the server's default.</param>
    public async Task<string> CreateEndpointAsync(
        string apiKey, Uri url, IReadOnlyList<string> eventTypes, int? maxInFlight, CancellationToken cancellationToken)
    {
        var asked = new Dictionary<string, object> { ["url"] = url, ["event_types"] = eventTypes };
        if (maxInFlight is { } bound)
            asked["max_in_flight"] = bound;
        var created = await SendAsync(HttpMethod.Post, "/v1/endpoints", apiKey, asked, cancellationToken);
        var id = created.GetProperty("id").GetString()!;
        for (var looks = 0; created.GetProperty("status").GetString() != "active"; looks++)
        {
            if (looks == 100)
                throw new BenchFailedException($"The endpoint {url} did not become active.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
            created = await SendAsync(HttpMethod.Get, $"/v1/endpoints/{id}", apiKey, null, cancellationToken);
        }

        return id;
    }

    /// <summary>Sends an endpoint everything that happened before it was made.</summary>
    public Task BackfillAsync(string apiKey, string endpointId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "/v1/replays", apiKey, new { endpoint_id = endpointId }, cancellationToken);

    public Task PauseEndpointAsync(string apiKey, string endpointId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"/v1/endpoints/{endpointId}/pause", apiKey, null, cancellationToken);

    /// <summary>Pauses every endpoint of an institution that has few.</summary>
    public async Task PauseEndpointsAsync(string apiKey, CancellationToken cancellationToken)
    {
        var page = await SendAsync(HttpMethod.Get, "/v1/endpoints", apiKey, null, cancellationToken);
        foreach (var endpoint in page.GetProperty("data").EnumerateArray())
        {
            await PauseEndpointAsync(apiKey, endpoint.GetProperty("id").GetString()!, cancellationToken);
        }
    }

    /// <summary>Whether any of the institution's deliveries has no recorded end yet.</summary>
    public async Task<bool> HasPendingAsync(string apiKey, CancellationToken cancellationToken)
    {
        var page = await SendAsync(HttpMethod.Get, "/v1/deliveries?status=pending&limit=1", apiKey, null, cancellationToken);
        return page.GetProperty("data").GetArrayLength() > 0;
    }

    /// <summary>SQL statements that the server has executed since it started.</summary>
    public async Task<double> SqlStatementsAsync(CancellationToken cancellationToken)
    {
        var metrics = await _client.GetStringAsync("/metrics", cancellationToken);
        return metrics.Split('\n')
            .Where(line => line.StartsWith("sineta_sql_statements_total", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, string key, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await _client.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new BenchFailedException($"{method} {path} was answered {(int)response.StatusCode}: {answer}");
        return answer.Length == 0 ? default : JsonElement.Parse(answer);
    }
}
