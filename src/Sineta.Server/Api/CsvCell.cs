using System.Buffers;
using System.Text.RegularExpressions;

namespace Sineta.Server.Api;

/// <summary>
/// A cell of a CSV (RFC 4180) that no spreadsheet takes for a formula. A spreadsheet splits at the separator of its own language, whatever
/// the file's is, and then finds cells within the cells.
/// </summary>
internal static partial class CsvCell
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",;\t\r\n\"");

    public static string Of(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return "";
        value = BeforeFormula().Replace(value, "$0'");
        if (value[0] is '\t' or '\r' or '\n')
            value = "'" + value;
        return value.AsSpan().ContainsAny(Special) ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
    }

    [GeneratedRegex("""(?:^|[,;\t\r\n])[ "]*(?=[=+\-@])""")]
    private static partial Regex BeforeFormula();
}
