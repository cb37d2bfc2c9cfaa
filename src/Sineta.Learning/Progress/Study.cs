using Sineta.Learning.Enrollments;
using Sineta.Learning.People;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Progress;

/// <summary>A learner at a content: everything is locked and lets them study it.</summary>
internal sealed record Study(Enrollment Enrollment, User Learner, StudiedContent Content)
{
    /// <summary>
    /// Holds an enrolment, and asks whether its learner may study this content now. Where not, the refusal says why; the transaction is to
    /// be committed all the same, as an enrolment that is over was ended in it.
    /// </summary>
    /// <param name="learnerId">Who acts, where it is the learner: another's enrolment is not found then.</param>
    public static async Task<(Study? Study, Change<T>? Refusal)> BeginAsync<T>(
        CampusTransaction transaction, long enrollmentId, long contentId, long? learnerId, CancellationToken cancellationToken)
    {
        if (await HeldEnrollment.HoldAsync(transaction, enrollmentId, cancellationToken) is not { } held
            || (learnerId is not null && learnerId != held.Enrollment.UserId))
            return (null, new Change<T>.Unknown($"There is no enrolment {enrollmentId}."));
        var enrollment = held.Enrollment;
        if (await CompletionStore.ContentAsync(transaction, enrollment.CourseId, contentId, cancellationToken) is not { } content)
            return (null, new Change<T>.Unknown($"The course of the enrolment {enrollmentId} has no content {contentId}."));
        if (held.Learner is not { } learner)
            return (null, new Change<T>.Impossible($"The user {enrollment.UserId} was removed."));
        var state = enrollment.StateOn(transaction.Today);
        if (state is not EnrollmentState.Active)
            return (null, new Change<T>.Impossible($"The enrolment {enrollmentId} is {Words.Of(state)}: nothing is studied under it."));
        return content.IsPublished
            ? (new Study(enrollment, learner, content), null)
            : (null, new Change<T>.Impossible($"The content {contentId} is not published yet."));
    }
}
