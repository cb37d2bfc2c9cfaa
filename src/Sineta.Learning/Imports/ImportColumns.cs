namespace Sineta.Learning.Imports;

/// <summary>What a file of each kind has.</summary>
/// <param name="All">Every column that it may have.</param>
/// <param name="Required">Those that it must have.</param>
public sealed record ImportColumns(IReadOnlyList<string> All, IReadOnlyList<string> Required)
{
    /// <summary>One of them says whose row it is.</summary>
    public static readonly IReadOnlyList<string> Learner = ["user_id", "user_uuid", "user_email"];

    private static readonly ImportColumns Users = new(
        ["name", "email", "cpf", "nickname", "uuid", "role"], ["name", "email", "cpf"]);

    private static readonly ImportColumns Enrollments = new(
        [.. Learner, "course_id", "enrolled_at", "date_expire", "completed_at"], ["course_id", "enrolled_at"]);

    private static readonly ImportColumns Completions = new(
        [.. Learner, "content_id", "completed_at", "answer", "correct", "points", "points_possible"], ["content_id", "completed_at"]);

    /// <summary>The columns of a kind.</summary>
    public static ImportColumns Of(ImportKind kind) => kind switch
    {
        ImportKind.Users => Users,
        ImportKind.Enrollments => Enrollments,
        _ => Completions,
    };
}
