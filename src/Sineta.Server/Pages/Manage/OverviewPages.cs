using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Learning.Reports;
using Sineta.Server.Pages.Components;

namespace Sineta.Server.Pages.Manage;

/// <summary>Where managing begins: how much the campus is used, in pictures.</summary>
internal static class OverviewPages
{
    private const int Days = 30;
    private const int MostCourses = 10;

    public static void Map(RouteGroupBuilder manage) => manage.MapGet("", ShowAsync);

    private static async Task<RazorComponentResult> ShowAsync(
        Viewer viewer, CampusFigures figures, TimeProvider time, CancellationToken cancellationToken)
    {
        var today = viewer.Today(time);
        return OverviewPage.Of(
            new(await figures.ReadAsync(viewer.Managed, today.AddDays(1 - Days), today, MostCourses, cancellationToken)));
    }
}

public sealed record OverviewModel(CampusUse Use)
{
    internal Chart Active => new(
        ManageTexts.ChartActive, Points,
        [new ChartSeries(ManageTexts.ActiveLearners, "one", [.. Use.Days.Select(static d => (double?)d.Active)])]);

    internal Chart Enrolled => new(
        ManageTexts.ChartEnrolled, Points,
        [
            new ChartSeries(ManageTexts.Enrollments, "one", [.. Use.Days.Select(static d => (double?)d.Enrolled)]),
            new ChartSeries(ManageTexts.Completions, "ok", [.. Use.Days.Select(static d => (double?)d.Completed)]),
        ]);

    private IReadOnlyList<string> Points => [.. Use.Days.Select(static d => d.Day.ToString("d MMM", CultureInfo.CurrentCulture))];
}
