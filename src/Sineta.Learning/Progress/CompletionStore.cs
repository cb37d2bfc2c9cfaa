using System.Text.Json;
using Npgsql;
using Sineta.Delivery.Storage;
using Sineta.Learning.Catalog;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Progress;

/// <summary>Keeps what learners did with contents, and counts it for one enrolment.</summary>
public sealed class CompletionStore(NpgsqlDataSource database)
{
    private const string Columns =
        """
        id, enrollment_id, content_id, started_at, completed_at, media_seconds, answer, correct, points, points_possible, attempts,
        attempts_at_reset
        """;

    // By one enrolment's completions alone: what it costs does not grow with the course's learners.
    private const string Required =
        """
        select count(p.id)::int, count(*)::int from contents c
        left join content_completions p on p.institution_id = c.institution_id and p.enrollment_id = $2 and p.content_id = c.id
            and p.completed_at is not null
        where c.institution_id = $1 and c.course_id = $3 and c.removed_at is null and c.published and c.required
        """;

    /// <summary>All that was begun or completed under an enrolment, in the order in which it was begun.</summary>
    public async Task<IReadOnlyList<Completion>> ListAsync(long institutionId, long enrollmentId, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database, $"select {Columns} from content_completions where institution_id = $1 and enrollment_id = $2 order by id",
            institutionId, enrollmentId);
        return await command.RowsAsync(Read, cancellationToken);
    }

    /// <summary>How much of its course is done under an enrolment.</summary>
    public async Task<RequiredContents> RequiredAsync(
        long institutionId, long enrollmentId, long courseId, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(database, Required, institutionId, enrollmentId, courseId);
        return await command.RowAsync(ReadRequired, cancellationToken);
    }

    internal static async Task<RequiredContents> RequiredAsync(
        CampusTransaction transaction, long enrollmentId, long courseId, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(Required, enrollmentId, courseId);
        return await command.RowAsync(ReadRequired, cancellationToken);
    }

    /// <summary>A content that the course has now; null where it has none with this id, or had it once.</summary>
    internal static async Task<StudiedContent?> ContentAsync(
        CampusTransaction transaction, long courseId, long contentId, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            """
            select c.id, c.lesson_id, c.kind, c.published and k.status <> 'draft', c.required_share, c.max_attempts, c.explanation,
                k.id, k.school_id, k.name, k.certificate_template_id, c.starts_at
            from contents c join courses k on k.institution_id = c.institution_id and k.id = c.course_id
            where c.institution_id = $1 and c.id = $2 and c.course_id = $3 and c.removed_at is null
            """, contentId, courseId);
        return await command.RowAsync(
            static row => new StudiedContent(
                row.GetInt64(0), row.GetInt64(1), Words.Parse<ContentKind>(row.GetString(2)), row.GetBoolean(3), row.NumberOrNull(4),
                row.NumberOrNull(5), row.TextOrNull(6), row.GetInt64(7), row.GetInt64(8), row.GetString(9),
                row.IsDBNull(10) ? null : row.GetInt64(10), row.MomentOrNull(11)),
            cancellationToken);
    }

    /// <summary>What was done with a content under an enrolment, begun now where it was not.</summary>
    internal static async Task<Completion> StartAsync(
        CampusTransaction transaction, long enrollmentId, long userId, long contentId, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            $"""
            insert into content_completions (institution_id, enrollment_id, content_id, user_id, started_at) values ($1, $2, $3, $4, $5)
            on conflict (institution_id, enrollment_id, content_id) do update set started_at = content_completions.started_at
            returning {Columns}
            """, enrollmentId, contentId, userId, transaction.Now);
        return (await command.RowAsync(Read, cancellationToken))!;
    }

    /// <summary>Locks what was done with a content under an enrolment; null where it was not begun.</summary>
    internal static async Task<Completion?> LockAsync(
        CampusTransaction transaction, long enrollmentId, long contentId, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            $"""
            select {Columns} from content_completions where institution_id = $1 and enrollment_id = $2 and content_id = $3
            for no key update
            """, enrollmentId, contentId);
        return await command.RowAsync(Read, cancellationToken);
    }

    internal static Task SaveAsync(CampusTransaction transaction, Completion completion, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            update content_completions set completed_at = $3, media_seconds = $4, answer = $5, correct = $6, points = $7,
                points_possible = $8, score = $9, attempts = $10, attempts_at_reset = $11
            where institution_id = $1 and id = $2
            """,
            [
                completion.Id, completion.CompletedAt, completion.MediaSeconds, completion.Answer, completion.Correct,
                completion.Best?.Points, completion.Best?.Possible, completion.Best?.Percent, completion.Attempts,
                completion.AttemptsAtReset,
            ], cancellationToken);

    internal static Task AddAttemptAsync(
        CampusTransaction transaction, Completion completion, GradedQuiz graded, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            insert into quiz_attempts (institution_id, completion_id, number, submitted_at, answers, points, points_possible, score)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                completion.Id, completion.Attempts, transaction.Now,
                JsonSerializer.SerializeToElement(graded.Answers, JsonSerializerOptions.Web),
                graded.Score.Points, graded.Score.Possible, graded.Score.Percent,
            ], cancellationToken);

    /// <summary>The enrolments in force of a course under which nothing is left to be done, though it is not completed.</summary>
    internal static async Task<IReadOnlyList<long>> SatisfiedAsync(
        CampusTransaction transaction, long courseId, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            """
            with required as materialized (
                select c.id from contents c
                where c.institution_id = $1 and c.course_id = $2 and c.removed_at is null and c.published and c.required)
            select e.id from enrollments e
            where e.institution_id = $1 and e.course_id = $2 and e.completed_at is null and e.ended is null
              and (e.date_expire is null or e.date_expire >= $3)
              and exists (select from required)
              and not exists (
                select from required r where not exists (
                    select from content_completions p
                    where p.institution_id = $1 and p.enrollment_id = e.id and p.content_id = r.id and p.completed_at is not null))
            """, courseId, transaction.Today);
        return await command.RowsAsync(static row => row.GetInt64(0), cancellationToken);
    }

    private static RequiredContents ReadRequired(NpgsqlDataReader row) => new(row.GetInt32(0), row.GetInt32(1));

    private static Completion Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetFieldValue<DateTimeOffset>(3), row.MomentOrNull(4), row.NumberOrNull(5),
        row.TextOrNull(6), row.IsDBNull(7) ? null : row.GetBoolean(7),
        row.IsDBNull(9) ? null : new Score(row.GetDecimal(8), row.GetDecimal(9)), row.GetInt32(10), row.NumberOrNull(11));
}
