using System.Text.Json;
using Npgsql;
using Sineta.Delivery.Storage;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Progress;

/// <summary>
/// Shows a learner the courses that they take or took: of several enrolments in a course, the one that has not ended, or else the one that
/// began last.
/// </summary>
public sealed class StudyStore(NpgsqlDataSource database)
{
    // What it costs grows with the courses of one learner, not with the learners of a course.
    private const string Select =
        $"""
        select {EnrollmentStore.Columns}, course_name, school_name, workload_hours, cover_id, certified, completed, required,
            next_id, next_title, last_at
        from (
            select distinct on (e.course_id) e.*, k.name course_name, k.workload_hours, k.cover_id,
                k.certificate_template_id is not null certified, s.name school_name
            from enrollments e
            join courses k on k.institution_id = e.institution_id and k.id = e.course_id
            join schools s on s.institution_id = k.institution_id and s.id = k.school_id
            where e.institution_id = $1 and e.user_id = $2 and ($3::bigint[] is null or e.course_id = any($3))
            order by e.course_id, e.ended is not null, e.enrolled_at desc, e.id desc) e
        cross join lateral (
            select (count(p.completed_at) filter (where c.published and c.required and c.removed_at is null))::int completed,
                (count(*) filter (where c.published and c.required and c.removed_at is null))::int required,
                max(greatest(p.started_at, p.completed_at)) last_at
            from contents c
            left join content_completions p on p.institution_id = c.institution_id and p.enrollment_id = e.id and p.content_id = c.id
            where c.institution_id = e.institution_id and c.course_id = e.course_id) r
        left join lateral (
            select c.id next_id, c.title next_title from contents c
            join lessons l on l.institution_id = c.institution_id and l.id = c.lesson_id
            left join content_completions p on p.institution_id = c.institution_id and p.enrollment_id = e.id and p.content_id = c.id
            where c.institution_id = e.institution_id and c.course_id = e.course_id and c.published and c.removed_at is null
              and l.removed_at is null
            order by p.completed_at is not null, l.position, c.position limit 1) next on true
        """;

    /// <summary>A learner's courses, the one last studied first.</summary>
    public async Task<IReadOnlyList<CourseStudy>> OfLearnerAsync(
        long institutionId, long userId, int limit, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database, $"{Select} order by coalesce(r.last_at, e.enrolled_at) desc, e.id desc limit $4", institutionId, userId, null, limit);
        return await command.RowsAsync(Read, cancellationToken);
    }

    /// <summary>Those of these courses that a learner takes or took.</summary>
    public async Task<IReadOnlyDictionary<long, CourseStudy>> InCoursesAsync(
        long institutionId, long userId, IReadOnlyCollection<long> courseIds, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(database, Select, institutionId, userId, courseIds.ToArray());
        var studies = await command.RowsAsync(Read, cancellationToken);
        return studies.ToDictionary(static s => s.Enrollment.CourseId);
    }

    /// <summary>A learner's time in a course; null where they were never enrolled.</summary>
    public async Task<CourseStudy?> FindAsync(long institutionId, long userId, long courseId, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(database, Select, institutionId, userId, new[] { courseId });
        return await command.RowAsync(Read, cancellationToken);
    }

    /// <summary>The last attempt at a quiz, answer by answer; null where there was none.</summary>
    public async Task<IReadOnlyList<GradedAnswer>?> LastAttemptAsync(
        long institutionId, long completionId, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            "select answers::text from quiz_attempts where institution_id = $1 and completion_id = $2 order by number desc limit 1",
            institutionId, completionId);
        return await command.RowAsync(static row => row.GetString(0), cancellationToken) is { } answers
            ? JsonSerializer.Deserialize<GradedAnswer[]>(answers, JsonSerializerOptions.Web) : null;
    }

    private static CourseStudy Read(NpgsqlDataReader row)
    {
        const int at = 12;
        return new CourseStudy(
            EnrollmentStore.Read(row), row.GetString(at), row.GetString(at + 1), row.GetInt32(at + 2), row.IdOrNull(at + 3),
            row.GetBoolean(at + 4), new RequiredContents(row.GetInt32(at + 5), row.GetInt32(at + 6)), row.IsDBNull(at + 7) ? null : row.GetInt64(at + 7),
            row.TextOrNull(at + 8), row.MomentOrNull(at + 9));
    }
}

/// <summary>A learner's time in a course, and how far they are.</summary>
/// <param name="GivesCertificate">Whoever completes it may have a certificate.</param>
/// <param name="NextContentId">The first content that is not completed, or the first of all; null where the course has none.</param>
/// <param name="LastAt">When something was last begun or completed.</param>
public sealed record CourseStudy(
    Enrollment Enrollment, string CourseName, string SchoolName, int WorkloadHours, Guid? CoverId, bool GivesCertificate,
    RequiredContents Required, long? NextContentId, string? NextTitle, DateTimeOffset? LastAt)
{
    /// <summary>Whole percent (R7, R8).</summary>
    public int Progress => Required.Progress(Enrollment.CompletedAt is not null);
}
