using System.Globalization;
using System.Resources;
using Sineta.Events;
using Sineta.Learning.Catalog;
using Sineta.Learning.Enrollments;
using Sineta.Learning.People;
using Sineta.Server.Api;
using Words = Sineta.Learning.Words;

namespace Sineta.Server.Pages.Manage;

/// <summary>Tables for the spreadsheet of whoever looks at the pages: in their language and the institution's time.</summary>
internal static class Sheets
{
    private static readonly ResourceManager Headers = new("Sineta.Server.Pages.Manage.SheetTexts", typeof(Sheets).Assembly);

    public static Spreadsheet Of(InstitutionClock clock) => new(CultureInfo.CurrentCulture, clock, HeaderOf, CellOf);

    /// <summary>A column in the page's language.</summary>
    public static string HeaderOf(string column) => Headers.GetString(column, CultureInfo.CurrentUICulture) ?? column;

    private static object? CellOf(string column, object? cell) => (column, cell) switch
    {
        _ when CultureInfo.CurrentUICulture.Equals(Language.English) => cell,
        (_, bool flag) => flag ? Texts.Yes : Texts.No,
        ("role", string word) when Words.TryParse<Role>(word, out var role) => Labels.Of(role),
        ("state", string word) when Words.TryParse<EnrollmentState>(word, out var state) => Labels.Of(state).Text,
        ("source", string word) when Words.TryParse<EnrollmentSource>(word, out var source) => Labels.Of(source),
        ("kind", string word) when Words.TryParse<ContentKind>(word, out var kind) => Labels.Of(kind).Text,
        _ => cell,
    };
}
