using System.Net;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;

namespace Sineta.Server.Tests.Api;

/// <summary>An endless answer, event by event.</summary>
public sealed class EventStream : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpResponseMessage _response;
    private readonly SseParser<string> _parser;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private EventStream(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _parser = SseParser.Create(body, static (_, data) => Encoding.UTF8.GetString(data));
        _events = _parser.EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator();
    }

    /// <summary>What a browser would come back with.</summary>
    public string LastId => _parser.LastEventId;

    public static async Task<EventStream> OpenAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new EventStream(response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The next event; null where the answer came to its end.</summary>
    public async Task<(string Name, JsonElement Data)?> NextAsync() =>
        await _events.MoveNextAsync().AsTask().WaitAsync(Patience)
            ? (_events.Current.EventType, JsonElement.Parse(_events.Current.Data)) : null;

    public async ValueTask DisposeAsync()
    {
        // What is asked for and not there yet ends with the connection.
        _response.Dispose();
        await ValueTask.CompletedTask;
    }
}

internal static class EndlessAnswers
{
    /// <summary>A body as text; of one that has no end what comes first.</summary>
    public static async Task<string> ReadTextAsync(this HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType != "text/event-stream")
            return await response.Content.ReadAsStringAsync(cancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
            text.AppendLine(line);
        return text.ToString();
    }
}
