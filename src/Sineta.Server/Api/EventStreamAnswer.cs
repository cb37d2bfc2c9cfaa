using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sineta.Delivery.History;

namespace Sineta.Server.Api;

/// <summary>
/// Writes what a listener is told as server-sent events, until the client goes, the key is revoked or the server stops.
/// <see cref="TypedResults"/> has such an answer, but without comments, and flushes each event.
/// </summary>
public sealed class EventStreamAnswer(AttemptListener listener) : IResult
{
    public const string MediaType = "text/event-stream";

    private const int AtATime = 100;

    private static readonly JsonWriterOptions OneLine = new()
    {
        Encoder = ApiJson.Encoder,
        SkipValidation = true,
    };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var listening = listener;
        var stopping = httpContext.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, httpContext.RequestAborted);
        var response = httpContext.Response;
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            WriteText(response.BodyWriter, $"retry: 2000\nid: {listener.Start}\n\n");
            await response.BodyWriter.FlushAsync(ending.Token);
            while (await listener.News.WaitToReadAsync(ending.Token))
            {
                for (var written = 0; written < AtATime && listener.News.TryRead(out var news); written++)
                    Write(response.BodyWriter, news);
                await response.BodyWriter.FlushAsync(ending.Token);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Nobody listens any more, or all are sent home.
        }
    }

    private static void Write(IBufferWriter<byte> output, StreamNews news)
    {
        WriteText(output, $"id: {news.Position}\n");
        switch (news)
        {
            case StreamNews.Attempt attempt:
                WriteEvent(output, "attempt", new DeliveryBody(attempt.Delivery), ApiJson.Default.DeliveryBody);
                break;
            case StreamNews.Gap gap:
                WriteEvent(output, "gap", new StreamApi.GapBody(gap.Missed), ApiJson.Default.GapBody);
                break;
            default:
                WriteText(output, ": listening\n\n");
                break;
        }
    }

    private static void WriteEvent<T>(IBufferWriter<byte> output, string name, T data, JsonTypeInfo<T> type)
    {
        WriteText(output, $"event: {name}\ndata: ");
        using (var json = new Utf8JsonWriter(output, OneLine))
            JsonSerializer.Serialize(json, data, type);
        WriteText(output, "\n\n");
    }

    private static void WriteText(IBufferWriter<byte> output, string text) => Encoding.UTF8.GetBytes(text, output);
}
