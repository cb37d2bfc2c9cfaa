using Sineta.Delivery.Institutions;
using Sineta.Learning.Catalog;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Storage;
using Sineta.Learning.Trails;

namespace Sineta.Learning.Progress;

/// <summary>
/// Changes what a course consists of while it is being studied. Who is through with it stays so (R8); for whom nothing is left to be done
/// now, the course is completed, once the editor has confirmed how many they are (R9).
/// </summary>
public sealed class CourseEditing(CampusTransactions campus)
{
    private const string Source = "content_removed";

    /// <param name="change">Makes the new settings of the present ones.</param>
    /// <param name="confirmed">For how many learners it may complete the course; fewer are fine, more are not.</param>
    public Task<Change<Content>> UpdateContentAsync(
        Institution institution, long id, Func<ContentDraft, ContentDraft> change, int? confirmed, CancellationToken cancellationToken) =>
        EditAsync(
            institution, transaction => ContentStore.UpdateAsync(transaction, id, change, cancellationToken),
            static content => content.CourseId, confirmed, cancellationToken);

    /// <inheritdoc cref="UpdateContentAsync"/>
    public Task<Change<Content>> RemoveContentAsync(
        Institution institution, long id, int? confirmed, CancellationToken cancellationToken) =>
        EditAsync(
            institution, transaction => ContentStore.RemoveAsync(transaction, id, cancellationToken), static content => content.CourseId,
            confirmed, cancellationToken);

    /// <inheritdoc cref="UpdateContentAsync"/>
    public Task<Change<Lesson>> RemoveLessonAsync(Institution institution, long id, int? confirmed, CancellationToken cancellationToken) =>
        EditAsync(
            institution, transaction => LessonStore.RemoveAsync(transaction, id, cancellationToken), static lesson => lesson.CourseId,
            confirmed, cancellationToken);

    // The edit has locked the course: nobody studies it until this is over.
    private Task<Change<T>> EditAsync<T>(
        Institution institution, Func<CampusTransaction, Task<Change<T>>> edit, Func<T, long> courseOf, int? confirmed,
        CancellationToken cancellationToken) =>
        campus.RunAsync(institution, async transaction =>
        {
            var change = await edit(transaction);
            if (change is not Change<T>.Made made)
                return change;
            var courseId = courseOf(made.Value);
            var satisfied = await CourseCompletion.SatisfiedAsync(transaction, courseId, cancellationToken);
            if (satisfied.Count > (confirmed ?? 0))
                return new Change<T>.Unconfirmed(satisfied.Count);
            if (satisfied.Count > 0)
                await CompleteAsync(transaction, courseId, satisfied, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return change;
        }, cancellationToken);

    private static async Task CompleteAsync(
        CampusTransaction transaction, long courseId, IReadOnlyList<SatisfiedLearner> satisfied, CancellationToken cancellationToken)
    {
        var course = await CourseStore.FindAsync(transaction, courseId, cancellationToken);
        await EnrollmentStore.CompleteAsync(transaction, [.. satisfied.Select(static s => s.Enrollment.Id)], cancellationToken);
        foreach (var (enrollment, learner) in satisfied)
            CourseCompletion.Tell(transaction, enrollment with { CompletedAt = transaction.Now }, course!.Name, learner, Source);
        await TrailFinishing.EvaluateAsync(transaction, [.. satisfied.Select(static s => s.Learner.Id)], cancellationToken, Source);
    }
}
