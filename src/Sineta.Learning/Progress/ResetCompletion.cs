using Sineta.Delivery.Institutions;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Progress;

/// <summary>
/// Takes a completion back, so that the content can be completed anew (R18), and a quiz submitted as often as it may be. Nothing is told,
/// then or when it is completed again; attempts and the best score stay, and so does a course that was completed.
/// </summary>
public sealed class ResetCompletion(CampusTransactions campus)
{
    public Task<Change<Completion>> RunAsync(
        Institution institution, long enrollmentId, long contentId, CancellationToken cancellationToken) =>
        campus.RunAsync<Change<Completion>>(institution, async transaction =>
        {
            if (await HeldEnrollment.HoldAsync(transaction, enrollmentId, cancellationToken) is null)
                return new Change<Completion>.Unknown($"There is no enrolment {enrollmentId}.");
            if (await CompletionStore.LockAsync(transaction, enrollmentId, contentId, cancellationToken) is not { } completion)
                return new Change<Completion>.Unknown($"Nothing was begun of a content {contentId} under the enrolment {enrollmentId}.");
            if (completion.CompletedAt is null)
                return new Change<Completion>.Made(completion);
            var reset = completion with { CompletedAt = null, AttemptsAtReset = completion.Attempts };
            await CompletionStore.SaveAsync(transaction, reset, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return new Change<Completion>.Made(reset);
        }, cancellationToken);
}
