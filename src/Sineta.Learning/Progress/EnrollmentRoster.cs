using Npgsql;
using Sineta.Delivery.Storage;
using Sineta.Learning.Catalog;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Progress;

/// <summary>Shows managers who is enrolled in what, and how far they are.</summary>
public sealed class EnrollmentRoster(NpgsqlDataSource database)
{
    // What it costs grows with the rows that are shown, not with the learners of a course.
    private const string Progress =
        """
        cross join lateral (
            select u.name user_name, u.email user_email from users u where u.institution_id = e.institution_id and u.id = e.user_id) u
        cross join lateral (select k.name course_name from courses k where k.institution_id = e.institution_id and k.id = e.course_id) k
        cross join lateral (
            select count(p.id)::int completed, count(*)::int required from contents c
            left join content_completions p on p.institution_id = c.institution_id and p.enrollment_id = e.id and p.content_id = c.id
                and p.completed_at is not null
            where c.institution_id = e.institution_id and c.course_id = e.course_id and c.removed_at is null and c.published and c.required) r
        """;

    private const string Shown = "user_name, user_email, course_name, completed, required";

    /// <summary>A page of enrolments, the newest first.</summary>
    /// <param name="today">The institution's day, by which states are told.</param>
    /// <param name="before">The last id of the page before; null for the first page.</param>
    public async Task<IReadOnlyList<RosterRow>> ListAsync(
        long institutionId, EnrollmentFilter filter, DateOnly today, long? before, int limit, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            $"""
            select {EnrollmentStore.Columns}, {Shown} from (
                select * from ({EnrollmentStore.Page(filter, "($2::bigint is null or id < $2)", "id desc")}) page order by id desc limit $7) e
            {Progress} order by e.id desc
            """,
            institutionId, before, filter.Whose, filter.CourseId, filter.State is { } state ? Words.Of(state) : null, today, limit);
        return await command.RowsAsync(Read, cancellationToken);
    }

    /// <summary>One enrolment; null where there is none.</summary>
    public async Task<RosterRow?> FindAsync(long institutionId, long enrollmentId, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            $"select {EnrollmentStore.Columns}, {Shown} from enrollments e {Progress} where e.institution_id = $1 and e.id = $2",
            institutionId, enrollmentId);
        return await command.RowAsync(Read, cancellationToken);
    }

    /// <summary>
    /// The contents of an enrolment's course in their order, with what was done of each; of those that were removed, what was done.
    /// </summary>
    public async Task<IReadOnlyList<RosterContent>> ContentsAsync(
        long institutionId, long enrollmentId, long courseId, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            """
            select c.id, l.title, c.title, c.kind, c.published and c.removed_at is null, c.required, p.started_at, p.completed_at, p.score, p.attempts
            from contents c
            join lessons l on l.institution_id = c.institution_id and l.id = c.lesson_id
            left join content_completions p on p.institution_id = c.institution_id and p.enrollment_id = $2 and p.content_id = c.id
            where c.institution_id = $1 and c.course_id = $3 and (c.removed_at is null or p.id is not null)
            order by l.position, l.id, c.position, c.id
            """, institutionId, enrollmentId, courseId);
        return await command.RowsAsync(
            static row => new RosterContent(
                row.GetInt64(0), row.GetString(1), row.GetString(2), Words.Parse<ContentKind>(row.GetString(3)), row.GetBoolean(4),
                row.GetBoolean(5),
                row.MomentOrNull(6), row.MomentOrNull(7), row.IsDBNull(8) ? null : row.GetDecimal(8), row.NumberOrNull(9) ?? 0),
            cancellationToken);
    }

    private static RosterRow Read(NpgsqlDataReader row)
    {
        const int at = 12;
        return new RosterRow(
            EnrollmentStore.Read(row), row.GetString(at), row.GetString(at + 1), row.GetString(at + 2),
            new RequiredContents(row.GetInt32(at + 3), row.GetInt32(at + 4)));
    }
}

/// <summary>An enrolment with whose it is, in what, and how far.</summary>
public sealed record RosterRow(Enrollment Enrollment, string UserName, string UserEmail, string CourseName, RequiredContents Required)
{
    /// <summary>Whole percent (R7, R8).</summary>
    public int Progress => Required.Progress(Enrollment.CompletedAt is not null);
}

/// <summary>What was done of a content under an enrolment.</summary>
/// <param name="IsOpen">Published, and still of the course.</param>
/// <param name="StartedAt">Null: not begun.</param>
/// <param name="Score">Percent, of the best attempt; null where nothing is graded.</param>
public sealed record RosterContent(
    long ContentId, string LessonTitle, string Title, ContentKind Kind, bool IsOpen, bool Required, DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt, decimal? Score, int Attempts);
