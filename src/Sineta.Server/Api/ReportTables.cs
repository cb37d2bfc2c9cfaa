using Sineta.Learning;
using Sineta.Learning.Reports;

namespace Sineta.Server.Api;

/// <summary>Reports as files: their columns, and the cells of an entry.</summary>
internal static class ReportTables
{
    private static readonly string[] ProgressColumns =
    [
        "enrollment_id", "user_id", "user_name", "user_email", "user_uuid", "course_id", "course_name", "class_id", "source", "enrolled_at",
        "state", "date_expire", "progress", "completed", "required", "completed_at",
    ];

    private static readonly string[] CompletionColumns =
    [
        "id", "enrollment_id", "user_id", "user_name", "user_email", "user_uuid", "course_id", "course_name", "content_id", "content_title",
        "kind", "completed_at", "correct", "points", "points_possible", "attempts",
    ];

    public static TableExport Of(IAsyncEnumerable<ProgressEntry> entries, string format) =>
        new("progress", format, ProgressColumns, entries.Select(CellsOf));

    public static TableExport Of(IAsyncEnumerable<CompletionEntry> entries, string format) =>
        new("completions", format, CompletionColumns, entries.Select(CellsOf));

    private static object?[] CellsOf(ProgressEntry entry) =>
    [
        entry.EnrollmentId, entry.UserId, entry.UserName, entry.UserEmail, entry.UserUuid, entry.CourseId, entry.CourseName, entry.ClassId,
        entry.Source, entry.EnrolledAt, Words.Of(entry.State), entry.DateExpire, entry.Progress, entry.Completed, entry.Required,
        entry.CompletedAt,
    ];

    private static object?[] CellsOf(CompletionEntry entry) =>
    [
        entry.Id, entry.EnrollmentId, entry.UserId, entry.UserName, entry.UserEmail, entry.UserUuid, entry.CourseId, entry.CourseName,
        entry.ContentId, entry.ContentTitle, entry.Kind, entry.CompletedAt, entry.Correct, entry.Points, entry.PointsPossible,
        entry.Attempts,
    ];
}
