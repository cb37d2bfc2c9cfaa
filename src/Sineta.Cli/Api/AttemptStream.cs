using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Sineta.Cli.Api;

/// <summary>Attempts as the server tells of them, until the connection ends. To be disposed.</summary>
internal sealed class AttemptStream(HttpResponseMessage response, Stream body) : IDisposable
{
    private readonly SseParser<string> _parser = SseParser.Create(body, static (_, data) => Encoding.UTF8.GetString(data));

    /// <summary>Behind what it is gone on with.</summary>
    public string LastId => _parser.LastEventId;

    /// <summary>Reads each delivery as it stands after an attempt, or that some were left out.</summary>
    public async IAsyncEnumerable<(DeliveryAnswer? Delivery, GapAnswer? Gap)> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var told in _parser.EnumerateAsync(cancellationToken))
        {
            if (told.EventType == "attempt")
                yield return (JsonSerializer.Deserialize(told.Data, ApiJson.Default.DeliveryAnswer), null);
            else if (told.EventType == "gap")
                yield return (null, JsonSerializer.Deserialize(told.Data, ApiJson.Default.GapAnswer));
        }
    }

    public void Dispose()
    {
        body.Dispose();
        response.Dispose();
    }
}
