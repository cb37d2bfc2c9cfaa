using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Sineta.Events;
using Sineta.Server.Tests.Api;

namespace Sineta.Server.Tests.Drills;

/// <summary>Sixteen publishers that tell each fact until a server has answered that it is stored, as a careful platform does.</summary>
/// <param name="address">Where to publish next.</param>
/// <param name="key">The institution's key.</param>
internal sealed class Publishers(Func<Uri> address, string key) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly ConcurrentDictionary<string, int> _accepted = new();
    private int _failures;

    /// <summary>The ids of the events that were answered with 202, or, told again, with 200.</summary>
    public IReadOnlyCollection<string> Accepted => [.. _accepted.Keys];

    public int AcceptedCount => _accepted.Count;

    /// <summary>Requests that were not answered, or answered 503.</summary>
    public int Failures => _failures;

    public Task PublishAsync(int events, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(1, events), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken },
        InsistAsync);

    public void Dispose() => _http.Dispose();

    private async ValueTask InsistAsync(int enrollment, CancellationToken cancellationToken)
    {
        var body = $"{{\"type\":\"{EventTypes.CourseEnrollment.Slug}\",\"data\":{Samples.Enrollment(enrollment).ToJsonString()}}}";
        while (await TryPublishAsync(body, cancellationToken) is not { } id || !_accepted.TryAdd(id, enrollment))
        {
            Interlocked.Increment(ref _failures);
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    private async Task<string?> TryPublishAsync(string body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address(), "/v1/events"));
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        try
        {
            using var answer = await _http.SendAsync(request, cancellationToken);
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                return null;
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            Assert.True(answer.IsSuccessStatusCode, $"Answered {answer.StatusCode}: {text}");
            return JsonElement.Parse(text).GetProperty("id").GetString();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
