using Sineta.Events;
using Sineta.Learning.Enrollments;
using Sineta.Learning.People;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Progress;

/// <summary>Completes courses, once for each enrolment, and tells of it.</summary>
internal static class CourseCompletion
{
    /// <returns>The enrolment, completed.</returns>
    public static async Task<Enrollment> CompleteAsync(
        CampusTransaction transaction, Enrollment enrollment, string courseName, User learner, CancellationToken cancellationToken)
    {
        var completed = enrollment with { CompletedAt = transaction.Now };
        await EnrollmentStore.CompleteAsync(transaction, [enrollment.Id], cancellationToken);
        Tell(transaction, completed, courseName, learner);
        return completed;
    }

    /// <summary>Tells that the course of an enrolment is completed.</summary>
    /// <param name="source">What caused it, where that was not the learner.</param>
    public static void Tell(CampusTransaction transaction, Enrollment completed, string courseName, User learner, string? source = null) =>
        transaction.Tell(
            new CourseCompleted(
                new InstitutionRef(transaction.Institution.Id), new CourseRef(completed.CourseId, courseName),
                completed.SnapshotOn(transaction.Today), learner.AsIdentity()),
            learner.Id, EnsureEnrollment.KeyOf(completed.Id), source);

    /// <summary>
    /// The learners, locked and by their numbers, for whom nothing of a course is left to be done, though it is not completed: those whose
    /// enrolment is in force. To be asked with the course locked for an edit.
    /// </summary>
    public static async Task<IReadOnlyList<SatisfiedLearner>> SatisfiedAsync(
        CampusTransaction transaction, long courseId, CancellationToken cancellationToken)
    {
        var ids = await CompletionStore.SatisfiedAsync(transaction, courseId, cancellationToken);
        if (ids.Count == 0)
            return [];
        var enrollments = await EnrollmentStore.FindAllAsync(transaction, [.. ids], cancellationToken);
        var learners = await transaction.LockUsersAsync([.. enrollments.Select(static e => e.UserId)], cancellationToken);
        var byUser = enrollments.ToDictionary(static e => e.UserId);
        return [.. learners.Select(learner => new SatisfiedLearner(byUser[learner.Id], learner))];
    }
}

/// <summary>A learner who has done all of a course that is not completed yet.</summary>
internal sealed record SatisfiedLearner(Enrollment Enrollment, User Learner);
