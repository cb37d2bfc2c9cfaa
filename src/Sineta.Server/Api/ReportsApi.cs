using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Institutions;
using Sineta.Events;
using Sineta.Learning.Reports;
using Sineta.Server.Api.Description;

namespace Sineta.Server.Api;

/// <summary>Reports: what happened on the campus, as one file.</summary>
public static class ReportsApi
{
    public static void Map(RouteGroupBuilder v1)
    {
        var reading = v1.MapGroup("/reports").WithTags("Reports").Requires(Scopes.LearningManage | Scopes.Read);
        reading.MapGet("/progress", ExportProgress).TakesFilter("enrolled").WithName("exportProgress")
            .WithSummary("Export everybody's progress")
            .WithDescription("A row for each enrollment, in the order of their making.");
        reading.MapGet("/completions", ExportCompletions).TakesFilter("completed").WithName("exportCompletions")
            .WithSummary("Export what was completed").WithDescription("A row for each content that somebody completed, by enrollment.");
    }

    private static TBuilder TakesFilter<TBuilder>(this TBuilder route, string what)
        where TBuilder : IEndpointConventionBuilder => route
            .TakesQuery("format", "ndjson, unless csv is asked for.")
            .TakesQuery("course_id", "Only this course.")
            .TakesQuery("from", $"Only what was {what} from this moment on, {DeliveryQuery.Moments}")
            .TakesQuery("until", $"Only what was {what} before this moment, {DeliveryQuery.Moments}");

    private static Results<TableExport, ProblemResult> ExportProgress(
        Caller caller, HttpRequest http, ProgressReport report, CancellationToken cancellationToken) =>
        TryRead(http, caller.Institution.Clock, out var filter, out var format) is { } refusal
            ? refusal
            : ReportTables.Of(report.ReadAsync(caller.Institution, filter, cancellationToken), format);

    private static Results<TableExport, ProblemResult> ExportCompletions(
        Caller caller, HttpRequest http, CompletionReport report, CancellationToken cancellationToken) =>
        TryRead(http, caller.Institution.Clock, out var filter, out var format) is { } refusal
            ? refusal
            : ReportTables.Of(report.ReadAsync(caller.Institution, filter, cancellationToken), format);

    private static ProblemResult? TryRead(HttpRequest http, InstitutionClock clock, out ReportFilter filter, out string format)
    {
        var query = new QueryReader(http.Query);
        format = query.OneOf("format", TableExport.Formats) ?? TableExport.NdJson;
        filter = new ReportFilter(query.Number("course_id"), query.Moment("from", clock), query.Moment("until", clock));
        if (filter.Until <= filter.From)
            query.Refuse("until", "Must be after from.");
        return query.Refusal();
    }
}
