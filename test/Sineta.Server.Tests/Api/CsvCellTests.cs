using System.Text;
using Sineta.Server.Api;

namespace Sineta.Server.Tests.Api;

public sealed class CsvCellTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("ana", "ana")]
    [InlineData("10.5", "10.5")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a;b", "\"a;b\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@x", "'@x")]
    [InlineData("a-b=c", "a-b=c")]
    [InlineData("\t=x", "\"'\t'=x\"")]
    [InlineData("\r=x", "\"'\r'=x\"")]
    [InlineData("Lia;=cmd|'/c calc'!A1", "\"Lia;'=cmd|'/c calc'!A1\"")]
    [InlineData("Lia\t\"@x", "\"Lia\t\"\"'@x\"")]
    public void A_cell_is_never_a_formula(string? value, string cell) => Assert.Equal(cell, CsvCell.Of(value));

    [Theory]
    [InlineData(',')]
    [InlineData(';')]
    [InlineData('\t')]
    public void No_text_makes_a_formula_whatever_separator_it_is_read_by_and_by_its_own_it_is_read_whole(char own)
    {
        foreach (var value in Texts(length: 5))
        {
            var file = string.Join(own, "1", CsvCell.Of(value), CsvCell.Of(value), "2") + "\r\n";
            foreach (var separator in ",;\t")
                Assert.DoesNotContain(Cells(file, separator), static cell => cell.StartsWith('='));
            Assert.Equal(["1", value, value, "2"], Cells(file, own).Select(c => c.Replace("'", "", StringComparison.Ordinal)));
        }
    }

    // Every text of so many characters, of those that matter.
    private static IEnumerable<string> Texts(int length) => length == 0 ? [""]
        : from start in Texts(length - 1) from next in "a=;,\t\n\" " select start + next;

    // As spreadsheets read: only a quote that begins a cell quotes, and what follows the closing one belongs to the cell.
    private static List<string> Cells(string file, char separator)
    {
        List<string> cells = [];
        var at = 0;
        while (at < file.Length)
        {
            var cell = new StringBuilder();
            if (file[at] == '"')
            {
                for (at++; at < file.Length; at++)
                {
                    if (file[at] == '"' && (++at >= file.Length || file[at] != '"'))
                        break;
                    cell.Append(file[at]);
                }
            }

            for (; at < file.Length && file[at] != separator && file[at] is not ('\r' or '\n'); at++)
                cell.Append(file[at]);
            cells.Add(cell.ToString());
            at += at + 1 < file.Length && file[at] == '\r' && file[at + 1] == '\n' ? 2 : 1;
        }

        return cells;
    }
}
