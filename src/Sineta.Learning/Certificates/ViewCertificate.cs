using Sineta.Delivery.Institutions;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Certificates;

/// <summary>
/// Shows the certificate of an enrolment, which the first asking issues (R13): its type is fixed then (R14), until scores are good enough
/// for an achievement (R15). All others who ask, at once or later, are shown the same one, and nothing is told. One that was revoked is shown
/// as such, and followed only by what is issued in its place.
/// </summary>
public sealed class ViewCertificate(CampusTransactions campus)
{
    /// <param name="learnerId">Who asks, where it is the learner: another's enrolment is not found then.</param>
    public Task<Change<ViewedCertificate>> RunAsync(
        Institution institution, long enrollmentId, long? learnerId, CancellationToken cancellationToken) =>
        campus.RunAsync(institution, async transaction =>
        {
            var change = await HeldEnrollment.HoldAsync(transaction, enrollmentId, cancellationToken) is { } held
                && (learnerId is null || learnerId == held.Enrollment.UserId)
                ? await ViewAsync(transaction, held, cancellationToken)
                : new Change<ViewedCertificate>.Unknown($"There is no enrolment {enrollmentId}.");
            await transaction.CommitAsync(cancellationToken);
            return change;
        }, cancellationToken);

    private static async Task<Change<ViewedCertificate>> ViewAsync(
        CampusTransaction transaction, HeldEnrollment held, CancellationToken cancellationToken)
    {
        var (enrollment, learner) = held;
        if (enrollment.CompletedAt is null)
            return new Change<ViewedCertificate>.Impossible($"The course is not completed under the enrolment {enrollment.Id}.");
        var issued = await CertificateStore.FindAsync(transaction, enrollment.Id, cancellationToken);
        var course = await CertificateStore.CourseAsync(transaction, enrollment.CourseId, cancellationToken);
        if (issued?.Revocation is null && course is not null && learner is not null)
        {
            var deserved = await IssueCertificate.DeservedAsync(transaction, enrollment, course, cancellationToken);
            if (CertificateRule.Next(issued?.Type, deserved) is { } type)
            {
                var made = await IssueCertificate.RunAsync(transaction, enrollment, learner, course, type, cancellationToken);
                return new Change<ViewedCertificate>.Made(new ViewedCertificate(made, IsNew: true));
            }
        }

        return issued is not null
            ? new Change<ViewedCertificate>.Made(new ViewedCertificate(issued, IsNew: false))
            : new Change<ViewedCertificate>.Impossible(
                course is null ? $"The course {enrollment.CourseId} gives no certificate." : $"The user {enrollment.UserId} was removed.");
    }
}
