using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sineta.Server.Api;

/// <summary>
/// Streams a table as CSV or NDJSON, in constant memory. Where it breaks off, the connection does, so that a half of it is never taken for
/// the whole.
/// </summary>
/// <param name="rows">Cells in the order of the columns: texts, numbers, true and false, moments, days, or null.</param>
/// <param name="spreadsheet">For whose spreadsheet a CSV is; null for a program.</param>
public sealed class TableExport(
    string name, string format, IReadOnlyList<string> columns, IAsyncEnumerable<object?[]> rows, Spreadsheet? spreadsheet = null) : IResult
{
    public const string NdJson = "ndjson";
    private const string Csv = "csv";
    private const int RowsAtOnce = 500;

    private static readonly JsonWriterOptions LineOptions = new()
    {
        Encoder = ApiJson.Encoder,
        SkipValidation = true,
    };

    public static IReadOnlyList<string> Formats { get; } = [NdJson, Csv];

    /// <summary>The same for a person, where it is CSV.</summary>
    public TableExport For(Spreadsheet opened) => new(name, format, columns, rows, opened);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, aborted) = (httpContext.Response, httpContext.RequestAborted);
        await using var row = rows.GetAsyncEnumerator(aborted);
        var isThere = await row.MoveNextAsync();
        response.ContentType = format == Csv ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}.{format}\"";
        response.Headers.CacheControl = "no-store";
        if (format == Csv)
            await response.WriteAsync(Header(), aborted);
        for (var written = 1; isThere; isThere = await row.MoveNextAsync(), written++)
        {
            Write(response, row.Current);
            if (written % RowsAtOnce == 0)
                await response.BodyWriter.FlushAsync(aborted);
        }
    }

    private void Write(HttpResponse response, object?[] cells)
    {
        if (format == Csv)
        {
            var texts = cells.Select((cell, i) => spreadsheet is null ? TextOf(cell) : spreadsheet.TextOf(columns[i], cell));
            Encoding.UTF8.GetBytes(LineOf(texts), response.BodyWriter);
            return;
        }

        using (var json = new Utf8JsonWriter(response.BodyWriter, LineOptions))
        {
            json.WriteStartObject();
            for (var i = 0; i < cells.Length; i++)
            {
                json.WritePropertyName(columns[i]);
                WriteValue(json, cells[i]);
            }

            json.WriteEndObject();
        }

        Encoding.UTF8.GetBytes("\n", response.BodyWriter);
    }

    private string Header() =>
        spreadsheet is null ? LineOf(columns) : Spreadsheet.Mark + LineOf(columns.Select(spreadsheet.HeaderOf));

    private string LineOf(IEnumerable<string?> cells) =>
        string.Join(spreadsheet?.Separator ?? ',', cells.Select(CsvCell.Of)) + "\r\n";

    private static void WriteValue(Utf8JsonWriter json, object? cell)
    {
        switch (cell)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case long or int or decimal:
                json.WriteNumberValue(Convert.ToDecimal(cell, CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteStringValue(TextOf(cell));
                break;
        }
    }

    private static string? TextOf(object? cell) => cell switch
    {
        bool flag => flag ? "true" : "false",
        DateTimeOffset moment => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => Convert.ToString(cell, CultureInfo.InvariantCulture),
    };
}
