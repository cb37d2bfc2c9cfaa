using System.Globalization;
using Sineta.Events;

namespace Sineta.Server.Api;

/// <summary>
/// How a CSV is written for a person's spreadsheet. Excel takes a file for what its own language would have written: other separators put
/// all into one column, and without the mark in front letters with accents are garbled.
/// </summary>
/// <param name="Culture">Of whoever opens it.</param>
/// <param name="Clock">By which moments are shown.</param>
/// <param name="HeaderOf">What a column is called.</param>
/// <param name="CellOf">What is shown of a column's cell.</param>
public sealed record Spreadsheet(
    CultureInfo Culture, InstitutionClock Clock, Func<string, string> HeaderOf, Func<string, object?, object?> CellOf)
{
    /// <summary>The byte order mark, by which a file is known for UTF-8.</summary>
    public const string Mark = "\uFEFF";

    public char Separator => Culture.TextInfo.ListSeparator[0];

    public string? TextOf(string column, object? cell) => CellOf(column, cell) switch
    {
        DateTimeOffset moment => Clock.ToLocal(moment).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        var shown => Convert.ToString(shown, Culture),
    };
}
