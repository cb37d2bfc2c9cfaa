using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Learning.Catalog;
using Sineta.Learning.Reports;
using Sineta.Server.Api;

namespace Sineta.Server.Pages.Manage;

/// <summary>Reports: what happened on the campus, as files.</summary>
internal static class ReportPages
{
    private const int MostCourses = 500;

    public static void Map(RouteGroupBuilder reports)
    {
        reports.MapGet("", ShowAsync);
        reports.MapGet("/progress", DownloadProgressAsync);
        reports.MapGet("/completions", DownloadCompletionsAsync);
    }

    private static Task<RazorComponentResult> ShowAsync(
        Viewer viewer, CourseCatalog catalog, CancellationToken cancellationToken) =>
        PageAsync(Form.Of(), viewer, catalog, cancellationToken);

    private static async Task<Results<TableExport, RazorComponentResult>> DownloadProgressAsync(
        HttpRequest request, Viewer viewer, CourseCatalog catalog, ProgressReport report, CancellationToken cancellationToken)
    {
        var form = Form.Of(request.Query.Select(static q => (q.Key, q.Value)));
        return Read(form, viewer) is { } filter
            ? ReportTables.Of(report.ReadAsync(viewer.Managed, filter, cancellationToken), FormatOf(form))
                .For(Sheets.Of(viewer.Managed.Clock))
            : await PageAsync(form, viewer, catalog, cancellationToken);
    }

    private static async Task<Results<TableExport, RazorComponentResult>> DownloadCompletionsAsync(
        HttpRequest request, Viewer viewer, CourseCatalog catalog, CompletionReport report, CancellationToken cancellationToken)
    {
        var form = Form.Of(request.Query.Select(static q => (q.Key, q.Value)));
        return Read(form, viewer) is { } filter
            ? ReportTables.Of(report.ReadAsync(viewer.Managed, filter, cancellationToken), FormatOf(form))
                .For(Sheets.Of(viewer.Managed.Clock))
            : await PageAsync(form, viewer, catalog, cancellationToken);
    }

    private static async Task<RazorComponentResult> PageAsync(
        Form form, Viewer viewer, CourseCatalog catalog, CancellationToken cancellationToken)
    {
        var courses = await catalog.ListAsync(viewer.InstitutionId, new CourseFilter(), after: null, MostCourses, cancellationToken);
        return ReportsPage.Of(new(form, courses), form.HasFaults ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    /// <summary>What a report is to have: whole days of the institution. Null where the form has faults.</summary>
    private static ReportFilter? Read(Form form, Viewer viewer)
    {
        var (course, from, until) = (form.LongNumber("course_id"), form.Day("from"), form.Day("until"));
        if (until < from)
            form.Refuse("until", ManageTexts.DayOrder);
        return form.HasFaults ? null : new ReportFilter(course, BeginningOf(from), BeginningOf(until?.AddDays(1)));

        DateTimeOffset? BeginningOf(DateOnly? day) =>
            day is { } given ? viewer.Managed.Clock.ToInstant(given.ToDateTime(TimeOnly.MinValue)) : null;
    }

    private static string FormatOf(Form form) => TableExport.Formats.FirstOrDefault(f => f == form.Text("format")) ?? "csv";
}

public sealed record ReportsModel(Form Form, IReadOnlyList<ListedCourse> Courses);
