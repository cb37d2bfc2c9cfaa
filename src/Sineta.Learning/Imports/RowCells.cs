using System.Globalization;
using Sineta.Delivery.Storage;
using Sineta.Events;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Imports;

/// <summary>A row's cells, read as what they are to be. What cannot be is noted, all of it.</summary>
internal sealed class RowCells
{
    private const string LocalFormat = "yyyy-MM-dd HH:mm:ss";

    private static readonly string[] LocalFormats = [LocalFormat, "d/M/yyyy", "d/M/yyyy H:mm", "d/M/yyyy H:mm:ss"];
    private static readonly string[] DayFormats = ["yyyy-MM-dd", "d/M/yyyy"];

    private static readonly string[] True = ["true", "1", "sim", "verdadeiro"];
    private static readonly string[] False = ["false", "0", "não", "nao", "falso"];

    private static readonly string[] MomentFormats =
        ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK"];

    private readonly List<Fault> _faults = [];
    private readonly ImportRow _row;
    private readonly IReadOnlyList<string> _columns;
    private readonly CampusTransaction _transaction;

    private RowCells(ImportRow row, IReadOnlyList<string> columns, CampusTransaction transaction)
    {
        (_row, _columns, _transaction) = (row, columns, transaction);
        if (row.Fault is { } fault)
            Refuse("", fault);
    }

    public int Line => _row.Line;

    /// <summary>Nothing speaks against the row until now.</summary>
    public bool IsFine => _faults.Count == 0;

    public static RowCells[] Of(IEnumerable<ImportRow> rows, ImportKind kind, CampusTransaction transaction) =>
        [.. rows.Select(row => new RowCells(row, ImportColumns.Of(kind).All, transaction))];

    /// <summary>Those rows among them that were refused.</summary>
    public static ImportRefusal[] RefusedOf(IEnumerable<RowCells> rows) =>
        [.. rows.Where(static r => !r.IsFine).Select(static r => new ImportRefusal(r.Line, r._faults, r._row.Cells))];

    public void Refuse(string column, string message) => _faults.Add(new Fault(column, message));

    public string? Text(string column) => _row.Fault is null ? _row.Cells[_columns.ToList().IndexOf(column)] : null;

    public long? Id(string column) =>
        Read(
            column, "Must be an id, a whole number.",
            static (string text, out long value) => long.TryParse(text, NumberStyles.None, Invariant, out value));

    public Guid? Uuid(string column) =>
        Read(
            column, "Must be a uuid, 00000000-0000-0000-0000-000000000000.",
            static (string text, out Guid value) => Guid.TryParseExact(text, "D", out value));

    public DateOnly? Day(string column) => Read(
        column, "Must be a day, such as 2026-03-10 or 10/03/2026, the day before the month.",
        static (string text, out DateOnly value) =>
            DateOnly.TryParseExact(text, DayFormats, Invariant, DateTimeStyles.None, out value) && value.Year >= 1970);

    public bool? Flag(string column) => Read(
        column, "Must be true or false, or 1 or 0.",
        static (string text, out bool value) =>
            (value = True.Contains(text, StringComparer.OrdinalIgnoreCase)) || False.Contains(text, StringComparer.OrdinalIgnoreCase));

    public decimal? Points(string column) => Read(
        column, "Must be a number from 0 to 999999999, with at most two decimals.",
        static (string text, out decimal value) =>
            decimal.TryParse(text.Replace(',', '.'), NumberStyles.AllowDecimalPoint, Invariant, out value)
            && value <= 999_999_999 && decimal.Round(value, 2) == value);

    /// <summary>A moment that was: with its offset, or as the institution's clocks showed it, a day alone at its midnight.</summary>
    public DateTimeOffset? Past(string column)
    {
        var moment = Read(
            column,
            "Must be a moment since 1970, such as 2026-03-10T12:00:00-03:00, or 2026-03-10 12:00:00, 10/03/2026 12:00 or 10/03/2026 "
            + "in the institution's time, the day before the month.",
            (string text, out DateTimeOffset value) => TryMoment(text, out value) && value >= DateTimeOffset.UnixEpoch);
        if (moment > _transaction.Now)
            Refuse(column, "Must not be in the future.");
        return moment?.ToMicrosecond();
    }

    /// <summary>Refuses the row where a cell has nothing.</summary>
    public void Require(params ReadOnlySpan<string> columns)
    {
        foreach (var column in columns)
        {
            if (_row.Fault is null && Text(column) is null)
                Refuse(column, "Must be given.");
        }
    }

    private static CultureInfo Invariant => CultureInfo.InvariantCulture;

    private bool TryMoment(string text, out DateTimeOffset moment)
    {
        if (DateTime.TryParseExact(text, LocalFormats, Invariant, DateTimeStyles.None, out var local))
        {
            // The first and the last hours that there are have no instant in every zone.
            var isInReach = local.Year is >= 1970 and < 9999;
            moment = isInReach ? _transaction.Institution.Clock.ToInstant(local) : default;
            return isInReach;
        }

        return DateTimeOffset.TryParseExact(text, MomentFormats, Invariant, DateTimeStyles.AssumeUniversal, out moment)
            && (text[^1] == 'Z' || text.LastIndexOfAny(['+', '-']) > LocalFormat.Length - 1);
    }

    private T? Read<T>(string column, string fault, Parse<T> parse)
        where T : struct
    {
        if (Text(column)?.Trim() is not { } text)
            return null;
        if (parse(text, out var value))
            return value;
        Refuse(column, fault);
        return null;
    }

    private delegate bool Parse<T>(string text, out T value);
}
