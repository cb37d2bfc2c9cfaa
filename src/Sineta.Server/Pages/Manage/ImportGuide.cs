using Sineta.Learning.Imports;
using Sineta.Server.Api;

namespace Sineta.Server.Pages.Manage;

/// <summary>What a file of each kind has, in plain words, and one to begin with.</summary>
internal static class ImportGuide
{
    private static readonly ImportSample Users = new(
        ["name", "email", "cpf", "nickname", "uuid", "role"],
        ["Ana Souza", "ana.souza@example.com", "529.982.247-25", "Aninha", null, "learner"],
        ["Bruno Lima", "bruno.lima@example.com", "111.444.777-35", null, "5f0c2e3a-0c58-4a64-9c12-1b1e0b0e3a01", "integrator"]);

    private static readonly ImportSample Enrollments = new(
        ["user_email", "course_id", "enrolled_at", "date_expire", "completed_at"],
        ["ana.souza@example.com", 1, "2025-03-10 08:00:00", "2025-12-31", "2025-04-02 17:30:00"],
        ["bruno.lima@example.com", 1, "2025-03-11T09:15:00-03:00", null, null]);

    private static readonly ImportSample Completions = new(
        ["user_email", "content_id", "completed_at", "answer", "correct", "points", "points_possible"],
        ["ana.souza@example.com", 1, "2025-03-12 19:45:00", null, null, null, null],
        ["ana.souza@example.com", 2, "2025-04-02 17:30:00", "192", true, 2, 2]);

    /// <summary>What the rows are.</summary>
    public static string NameOf(ImportKind kind) => kind switch
    {
        ImportKind.Users => ImportTexts.Users,
        ImportKind.Enrollments => ImportTexts.Enrollments,
        _ => ImportTexts.Completions,
    };

    public static string TitleOf(ImportKind kind) => kind switch
    {
        ImportKind.Users => ImportTexts.UsersTitle,
        ImportKind.Enrollments => ImportTexts.EnrollmentsTitle,
        _ => ImportTexts.CompletionsTitle,
    };

    public static (string Text, string Tone) Of(ImportState state) => state switch
    {
        ImportState.Done => (ImportTexts.Done, "ok"),
        ImportState.Cancelled => (ImportTexts.Cancelled, "still"),
        ImportState.Failed => (ImportTexts.Failed, "bad"),
        _ => (ImportTexts.Running, "wait"),
    };

    public static string MeaningOf(ImportKind kind, string column) => column switch
    {
        "name" => ImportTexts.ColumnName,
        "email" => ImportTexts.ColumnEmail,
        "cpf" => ImportTexts.ColumnCpf,
        "nickname" => ImportTexts.ColumnNickname,
        "uuid" => ImportTexts.ColumnUuid,
        "role" => ImportTexts.ColumnRole,
        "user_id" => ImportTexts.ColumnUserId,
        "user_uuid" => ImportTexts.ColumnUserUuid,
        "user_email" => ImportTexts.ColumnUserEmail,
        "course_id" => ImportTexts.ColumnCourseId,
        "content_id" => ImportTexts.ColumnContentId,
        "enrolled_at" => ImportTexts.ColumnEnrolledAt,
        "date_expire" => ImportTexts.ColumnDateExpire,
        "completed_at" => kind is ImportKind.Enrollments ? ImportTexts.ColumnCourseCompletedAt : ImportTexts.ColumnCompletedAt,
        "answer" => ImportTexts.ColumnAnswer,
        "correct" => ImportTexts.ColumnCorrect,
        "points" => ImportTexts.ColumnPoints,
        "points_possible" => ImportTexts.ColumnPointsPossible,
        _ => throw new ArgumentOutOfRangeException(nameof(column), column, "It is no column of any import."),
    };

    /// <summary>A file of two rows, to be downloaded.</summary>
    public static TableExport SampleOf(ImportKind kind, string format)
    {
        var sample = kind switch
        {
            ImportKind.Users => Users,
            ImportKind.Enrollments => Enrollments,
            _ => Completions,
        };
        return new TableExport(Sineta.Learning.Words.Of(kind), format, sample.Columns, sample.Rows.ToAsyncEnumerable());
    }

    private sealed record ImportSample(string[] Columns, params object?[][] Rows);
}
