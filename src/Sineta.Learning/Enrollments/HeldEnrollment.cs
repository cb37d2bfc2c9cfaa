using Sineta.Learning.Catalog;
using Sineta.Learning.People;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Enrollments;

/// <summary>An enrolment that is this action's alone until it ends, as is its learner; its course stays as it is.</summary>
/// <param name="Learner">Null where the user was removed.</param>
internal sealed record HeldEnrollment(Enrollment Enrollment, User? Learner)
{
    /// <summary>
    /// Locks the course, the learner and the enrolment, in this order. One whose last day is over is ended here (R4): whatever becomes of
    /// the action, that is to be committed.
    /// </summary>
    /// <returns>Null where the institution has no such enrolment.</returns>
    public static async Task<HeldEnrollment?> HoldAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        if (await EnrollmentStore.FindAsync(transaction, id, cancellationToken) is not { } found)
            return null;
        await transaction.LockCourseForStudyAsync(found.CourseId, cancellationToken);
        var learner = await transaction.LockUserAsync(found.UserId, cancellationToken);
        var locked = (await EnrollmentStore.LockAsync(transaction, id, cancellationToken))!;
        var now = locked.ExpiredWhereOver(transaction);
        if (now != locked)
            await EnrollmentStore.SaveAsync(transaction, now, cancellationToken);
        return new HeldEnrollment(now, learner);
    }
}
