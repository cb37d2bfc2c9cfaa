using System.Globalization;
using Sineta.Delivery.Institutions;
using Sineta.Events;
using Sineta.Learning.Catalog;
using Sineta.Learning.People;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Enrollments;

/// <summary>
/// Sees to it that a learner has an open enrolment in a course (R1): the one command behind every way of enrolling. Asking again is asking
/// once.
/// </summary>
public sealed class EnsureEnrollment(CampusTransactions campus)
{
    public Task<Change<EnsuredEnrollment>> RunAsync(
        Institution institution, EnrollmentRequest request, CancellationToken cancellationToken) =>
        campus.RunAsync(institution, async transaction =>
        {
            var change = await EnsureAsync(transaction, request, cancellationToken);
            if (change is Change<EnsuredEnrollment>.Made)
                await transaction.CommitAsync(cancellationToken);
            return change;
        }, cancellationToken);

    /// <summary>
    /// The same within another action. It locks the course, then the learner: who enrolls several at once does so by their numbers, the
    /// lowest first. Where it is refused, the caller lets go of the transaction.
    /// </summary>
    internal static async Task<Change<EnsuredEnrollment>> EnsureAsync(
        CampusTransaction transaction, EnrollmentRequest request, CancellationToken cancellationToken)
    {
        await transaction.LockCourseForStudyAsync(request.CourseId, cancellationToken);
        if (await CourseStore.FindAsync(transaction, request.CourseId, cancellationToken) is not { } course)
            return new Change<EnsuredEnrollment>.Unknown($"There is no course {request.CourseId}.");
        if (await transaction.LockUserAsync(request.UserId, cancellationToken) is not { } user)
            return new Change<EnsuredEnrollment>.Unknown($"There is no user {request.UserId}.");
        var first = request.StartsOn is { } start && start > transaction.Today ? start : transaction.Today;
        var last = request.DateExpire ?? Enrollment.LastDay(first, course.ValidityDays);
        if (last < first)
            return new Change<EnsuredEnrollment>.Refused([new Fault("/date_expire", $"Must be {first:yyyy-MM-dd} or later.")]);
        if (await FindOpenAsync(transaction, request, cancellationToken) is { } open)
            return await AttachAsync(transaction, open, request, last, cancellationToken);
        if (course.Status is not CourseStatus.Published)
            return new Change<EnsuredEnrollment>.Impossible($"The course {course.Id} is not published: nobody can be enrolled in it.");

        var made = await EnrollmentStore.InsertAsync(transaction, request, last, cancellationToken);
        transaction.Tell(
            new CourseEnrollment(
                new InstitutionRef(transaction.Institution.Id), new CourseRef(course.Id, course.Name), made.SnapshotOn(transaction.Today),
                user.AsIdentity()),
            user.Id, KeyOf(made.Id), Words.Of(request.Source));
        return new Change<EnsuredEnrollment>.Made(new EnsuredEnrollment(made, IsNew: true));
    }

    /// <summary>The key of an enrolment's own facts: that it was made, and that its course was completed.</summary>
    internal static string KeyOf(long enrollmentId) => string.Create(CultureInfo.InvariantCulture, $"enrollment:{enrollmentId}");

    // One whose last day is over is ended here, and makes room for a new one (R4, R5).
    private static async Task<Enrollment?> FindOpenAsync(
        CampusTransaction transaction, EnrollmentRequest request, CancellationToken cancellationToken)
    {
        var found = await EnrollmentStore.LockOpenAsync(transaction, request.UserId, request.CourseId, cancellationToken);
        var now = found?.ExpiredWhereOver(transaction);
        if (now == found)
            return found;
        await EnrollmentStore.SaveAsync(transaction, now!, cancellationToken);
        return null;
    }

    // Whoever is enrolled already joins the class, and may study from the earlier to the later day of the two (R2).
    private static async Task<Change<EnsuredEnrollment>> AttachAsync(
        CampusTransaction transaction, Enrollment open, EnrollmentRequest request, DateOnly? last, CancellationToken cancellationToken)
    {
        if (request.ClassId is { } classId)
        {
            open = open with
            {
                ClassId = classId,
                StartsOn = Earlier(request.StartsOn, open.StartsOn),
                DateExpire = Later(last, open.DateExpire),
            };
            await EnrollmentStore.SaveAsync(transaction, open, cancellationToken);
        }

        return new Change<EnsuredEnrollment>.Made(new EnsuredEnrollment(open, IsNew: false));
    }

    // At once is the earliest of all.
    private static DateOnly? Earlier(DateOnly? one, DateOnly? other) => one is null || other is null ? null : one < other ? one : other;

    // Without an end is the latest of all.
    private static DateOnly? Later(DateOnly? one, DateOnly? other) => one is null || other is null ? null : one > other ? one : other;
}
