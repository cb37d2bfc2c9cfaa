using System.Globalization;
using System.Text;
using System.Text.Json;
using Sineta.Delivery.History;

namespace Sineta.Server.Api;

/// <summary>
/// Streams a filtered log, page by page: constant memory, and no transaction that stays open for long. Where it breaks off, the connection
/// does, so that a half of it is never taken for the whole.
/// </summary>
public sealed class DeliveryExport(DeliveryLog log, long institutionId, DeliveryFilter filter, string format) : IResult
{
    public const string NdJson = "ndjson";
    private const string Csv = "csv";
    private const int PageSize = 1_000;

    private static readonly JsonWriterOptions LineOptions = new()
    {
        Encoder = ApiJson.Encoder,
        SkipValidation = true,
    };

    private static readonly string[] Columns =
    [
        "id", "event_id", "endpoint_id", "type", "learner", "cause", "replay_id", "status", "attempt_count", "created_at",
        "next_attempt_at", "last_attempt_at", "last_outcome", "last_status", "last_problem", "last_duration_ms",
    ];

    public static IReadOnlyList<string> Formats { get; } = [NdJson, Csv];

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var aborted = httpContext.RequestAborted;
        var page = await log.ReadAsync(institutionId, filter, null, PageSize, aborted);
        var response = httpContext.Response;
        response.ContentType = format == Csv ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"deliveries.{format}\"";
        response.Headers.CacheControl = "no-store";
        if (format == Csv)
            await response.WriteAsync(string.Join(',', Columns) + "\r\n", aborted);
        while (true)
        {
            foreach (var entry in page.Rows)
                Write(response, new DeliveryBody(entry));
            await response.BodyWriter.FlushAsync(aborted);
            if (page.Next is not { } next)
                return;
            page = await log.ReadAsync(institutionId, filter, next, PageSize, aborted);
        }
    }

    private void Write(HttpResponse response, DeliveryBody delivery)
    {
        if (format == Csv)
        {
            Encoding.UTF8.GetBytes(string.Join(',', Cells(delivery).Select(CsvCell.Of)) + "\r\n", response.BodyWriter);
            return;
        }

        using (var json = new Utf8JsonWriter(response.BodyWriter, LineOptions))
            JsonSerializer.Serialize(json, delivery, ApiJson.Default.DeliveryBody);
        Encoding.UTF8.GetBytes("\n", response.BodyWriter);
    }

    private static string?[] Cells(DeliveryBody delivery) =>
    [
        delivery.Id, delivery.EventId, delivery.EndpointId, delivery.Type, delivery.Learner, delivery.Cause, delivery.ReplayId,
        delivery.Status, Text(delivery.AttemptCount), Text(delivery.CreatedAt), Text(delivery.NextAttemptAt),
        Text(delivery.LastAttempt?.At), delivery.LastAttempt?.Outcome, Text(delivery.LastAttempt?.Status), delivery.LastAttempt?.Problem,
        Text(delivery.LastAttempt?.DurationMs),
    ];

    private static string? Text(IFormattable? value) =>
        value?.ToString(value is DateTimeOffset ? "yyyy-MM-dd'T'HH:mm:ss.fff'Z'" : null, CultureInfo.InvariantCulture);
}
