using Sineta.Delivery.Institutions;
using Sineta.Events;
using Sineta.Learning.Catalog;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Enrollments;

/// <summary>What a manager does with an enrolment. None of it is told (R3), and doing it again changes nothing.</summary>
public sealed class EnrollmentLifecycle(CampusTransactions campus)
{
    /// <summary>
    /// Lets an open enrolment last until another day; null: as long as the course's <c>validity_days</c>, counted from today.
    /// </summary>
    public Task<Change<Enrollment>> RenewAsync(
        Institution institution, long id, DateOnly? dateExpire, CancellationToken cancellationToken) =>
        ChangeAsync(institution, id, async (transaction, open) =>
        {
            var course = await CourseStore.FindAsync(transaction, open.CourseId, cancellationToken);
            var first = open.FirstDay(transaction.Today);
            var last = dateExpire ?? Enrollment.LastDay(first, course!.ValidityDays);
            return last < first
                ? new Change<Enrollment>.Refused([new Fault("/date_expire", $"Must be {first:yyyy-MM-dd} or later.")])
                : new Change<Enrollment>.Made(open with { DateExpire = last });
        }, cancellationToken);

    /// <summary>Keeps the learner from studying until it is resumed.</summary>
    public Task<Change<Enrollment>> SuspendAsync(Institution institution, long id, CancellationToken cancellationToken) =>
        ChangeAsync(institution, id, (_, open) => Made(open with { Suspended = true }), cancellationToken);

    public Task<Change<Enrollment>> ResumeAsync(Institution institution, long id, CancellationToken cancellationToken) =>
        ChangeAsync(institution, id, (_, open) => Made(open with { Suspended = false }), cancellationToken);

    /// <summary>Ends it for good, in whatever state it is.</summary>
    public Task<Change<Enrollment>> CancelAsync(Institution institution, long id, CancellationToken cancellationToken) =>
        ChangeAsync(
            institution, id, (transaction, enrollment) => Made(
                enrollment.Ended is EnrollmentEnd.Cancelled ? enrollment
                : enrollment with { Ended = EnrollmentEnd.Cancelled, EndedAt = transaction.Now }),
            cancellationToken, whereEnded: true);

    private static Task<Change<Enrollment>> Made(Enrollment enrollment) =>
        Task.FromResult<Change<Enrollment>>(new Change<Enrollment>.Made(enrollment));

    private Task<Change<Enrollment>> ChangeAsync(
        Institution institution, long id, Func<CampusTransaction, Enrollment, Task<Change<Enrollment>>> change,
        CancellationToken cancellationToken, bool whereEnded = false) =>
        campus.RunAsync(institution, async transaction =>
        {
            if (await HeldEnrollment.HoldAsync(transaction, id, cancellationToken) is not { Enrollment: var held })
                return new Change<Enrollment>.Unknown($"There is no enrolment {id}.");
            var changed = held.Ended is { } end && !whereEnded
                ? new Change<Enrollment>.Impossible($"The enrolment {id} is {Words.Of(end)}: enroll the learner anew.")
                : await change(transaction, held);
            if (changed is Change<Enrollment>.Made made)
                await EnrollmentStore.SaveAsync(transaction, made.Value, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return changed;
        }, cancellationToken);
}
