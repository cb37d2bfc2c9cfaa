namespace Sineta.Learning.Reports;

/// <summary>What a report has: what fits everything that is not null.</summary>
/// <param name="From">From this moment on: of the enrolment in the report of progress, of the completion in that of completions.</param>
/// <param name="Until">Before this moment.</param>
public sealed record ReportFilter(long? CourseId, DateTimeOffset? From, DateTimeOffset? Until);
