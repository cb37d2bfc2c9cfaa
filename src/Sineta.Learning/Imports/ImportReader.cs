using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using CsvHelper;
using Sineta.Events;

namespace Sineta.Learning.Imports;

/// <summary>How a file is written.</summary>
public enum ImportFormat
{
    /// <summary>RFC 4180 with a header, separated by commas or semicolons.</summary>
    Csv,

    /// <summary>An object on each line.</summary>
    NdJson,
}

/// <summary>
/// Reads a file row by row, whatever its size. A row that cannot be read says so; a file that cannot be ends in an exception.
/// </summary>
internal static class ImportReader
{
    private const int MaxRowBytes = 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="UnreadableFileException">Its header has faults, or it is not in the encoding or the format.</exception>
    public static async IAsyncEnumerable<ImportRow> ReadAsync(
        Stream file, ImportFormat format, ImportColumns columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(file, Strict, detectEncodingFromByteOrderMarks: true, bufferSize: 64 * 1024, leaveOpen: true);
        var read = format is ImportFormat.Csv
            ? ReadCsvAsync(reader, columns, cancellationToken) : ReadNdJsonAsync(reader, columns, cancellationToken);
        await using var rows = read.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await rows.MoveNextAsync())
                    yield break;
            }
            catch (DecoderFallbackException)
            {
                throw new UnreadableFileException([new Fault("", "Must be UTF-8 throughout.")]);
            }
            catch (CsvFormatException e)
            {
                throw new UnreadableFileException(
                    [new Fault("", $"Is no CSV at line {e.LineNumber}: its quotes do not match, or it is too long.")]);
            }

            yield return rows.Current;
        }
    }

    private static async IAsyncEnumerable<ImportRow> ReadCsvAsync(
        StreamReader reader, ImportColumns columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var csv = CsvReader.Create(
            reader,
            new CsvReaderOptions
            {
                HasHeader = false,
                MalformedData = CsvMalformedDataHandling.Throw,
                TrackLineNumbers = true,
                MaxRecordSize = MaxRowBytes,
                IncludeValuesInExceptions = false,
            },
            leaveOpen: true);
        int[]? places = null;
        while (await csv.ReadAsync(cancellationToken))
        {
            var cells = csv.Current.ToArray();
            if (places is null)
                places = PlacesOf(cells, columns);
            else
                yield return RowOf((int)csv.LineNumber, cells, places, columns);
        }
    }

    // Where in the kind's columns each cell of a row belongs; below zero where in none.
    private static int[] PlacesOf(string[] header, ImportColumns columns)
    {
        string[] names = [.. header.Select(columns.NameOf)];
        List<Fault> faults = [];
        for (var i = 0; i < names.Length; i++)
        {
            if (!columns.All.Contains(names[i]) && !ImportColumns.Refusal.Contains(names[i]))
                faults.Add(new($"/header/{i}", $"Is not known here; what is: {string.Join(", ", columns.All)}."));
            else if (Array.IndexOf(names, names[i]) < i)
                faults.Add(new($"/header/{i}", "Is there twice."));
        }

        if (columns.Required.Except(names).ToArray() is { Length: > 0 } missing)
            faults.Add(new("/header", $"Must have the columns {string.Join(", ", missing)}."));
        return faults.Count == 0 ? [.. names.Select(n => columns.All.ToList().IndexOf(n))] : throw new UnreadableFileException(faults);
    }

    private static ImportRow RowOf(int line, string[] cells, int[] places, ImportColumns columns)
    {
        var row = new string?[columns.All.Count];
        foreach (var (cell, place) in cells.Zip(places).Where(static c => c.Second >= 0))
            row[place] = string.IsNullOrWhiteSpace(cell) ? null : cell;
        var read = Checked(line, row);
        return cells.Length == places.Length || read.Fault is not null
            ? read : read with { Fault = $"Must have {places.Length} cells, as the header has, and has {cells.Length}." };
    }

    private static async IAsyncEnumerable<ImportRow> ReadNdJsonAsync(
        StreamReader reader, ImportColumns columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var line = 1; await reader.ReadLineAsync(cancellationToken) is { } text; line++)
        {
            if (!string.IsNullOrWhiteSpace(text))
                yield return RowOf(line, text, columns);
        }
    }

    private static ImportRow RowOf(int line, string text, ImportColumns columns)
    {
        var row = new string?[columns.All.Count];
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
                return new ImportRow(line, row, "Must be an object.");
            foreach (var property in document.RootElement.EnumerateObject())
            {
                var place = columns.All.ToList().IndexOf(property.Name);
                if (place < 0)
                {
                    return new ImportRow(
                        line, row, $"Has {property.Name}, which is not known here; what is: {string.Join(", ", columns.All)}.");
                }
                if (property.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                    return new ImportRow(line, row, $"Has {property.Name}, which must be a text, a number, true or false.");
                row[place] = property.Value.ValueKind switch
                {
                    JsonValueKind.Null => null,
                    JsonValueKind.String => property.Value.GetString(),
                    _ => property.Value.GetRawText(),
                };
            }

            return Checked(line, row);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: half a surrogate pair
        {
            return new ImportRow(line, row, "Is no JSON.");
        }
    }

    private static ImportRow Checked(int line, string?[] row) =>
        row.Any(static cell => cell is not null && cell.Contains('\0', StringComparison.Ordinal))
            ? new ImportRow(line, new string?[row.Length], "Must not contain U+0000.") : new ImportRow(line, row);
}

/// <summary>A file none of whose rows can be taken.</summary>
internal sealed class UnreadableFileException(IReadOnlyList<Fault> faults) : Exception("The file cannot be read.")
{
    public IReadOnlyList<Fault> Faults { get; } = faults;
}
