using Sineta.Learning.People;
using Sineta.Learning.Storage;
using Sineta.Learning.Trails;
using Sineta.Testing;

namespace Sineta.Learning.Tests.Trails;

/// <summary>Completes things as an action does: the learner is locked, it is put on record, and trails are asked.</summary>
internal static class Studied
{
    /// <summary>A course, under a new enrolment that has ended since.</summary>
    public static Task CompleteCourseAsync(this CampusNode campus, long userId, long courseId, CancellationToken cancellationToken) =>
        campus.ActAsync(
            userId,
            """
            insert into enrollments (institution_id, user_id, course_id, source, enrolled_at, completed_at, ended, ended_at)
            values ($1, $2, $3, 'api', $4, $4, 'cancelled', $4)
            """, courseId, cancellationToken);

    /// <summary>A content, under a new enrolment that has ended since.</summary>
    public static Task CompleteContentAsync(this CampusNode campus, long userId, long contentId, CancellationToken cancellationToken) =>
        campus.ActAsync(
            userId,
            """
            with under as (
                insert into enrollments (institution_id, user_id, course_id, source, enrolled_at, ended, ended_at)
                select $1, $2, course_id, 'api', $4, 'cancelled', $4 from contents where institution_id = $1 and id = $3 returning id)
            insert into content_completions (institution_id, enrollment_id, content_id, user_id, started_at, completed_at)
            select $1, id, $3, $2, $4, $4 from under
            """, contentId, cancellationToken);

    private static Task<int> ActAsync(this CampusNode campus, long userId, string sql, long what, CancellationToken cancellationToken) =>
        campus.Get<CampusTransactions>().RunAsync(campus.Institution, async transaction =>
        {
            await transaction.LockUserAsync(userId, cancellationToken);
            await transaction.ExecuteAsync(sql, [userId, what, transaction.Now], cancellationToken);
            var finished = await TrailFinishing.EvaluateAsync(transaction, [userId], cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return finished;
        }, cancellationToken);
}
