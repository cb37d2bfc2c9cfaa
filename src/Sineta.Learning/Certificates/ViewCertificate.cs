using System.Globalization;
using Sineta.Delivery.Institutions;
using Sineta.Events;
using Sineta.Learning.Enrollments;
using Sineta.Learning.People;
using Sineta.Learning.Storage;
using School = Sineta.Learning.People.School;

namespace Sineta.Learning.Certificates;

/// <summary>
/// Shows the certificate of an enrolment, which the first asking issues (R13): its type is fixed then (R14), until scores are good enough
/// for an achievement (R15). All others who ask, at once or later, are shown the same one, and nothing is told.
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
        if (course is not null && learner is not null)
        {
            var best = await CertificateStore.BestScoresAsync(transaction, course.Id, enrollment.Id, cancellationToken);
            var deserved = CertificateRule.TypeFor(course.Offers, course.ApprovalRate, best);
            if (CertificateRule.Next(issued?.Type, deserved) is { } type)
                return await IssueAsync(transaction, enrollment, learner, course, type, cancellationToken);
        }

        return issued is not null
            ? new Change<ViewedCertificate>.Made(new ViewedCertificate(issued, IsNew: false))
            : new Change<ViewedCertificate>.Impossible(
                course is null ? $"The course {enrollment.CourseId} gives no certificate." : $"The user {enrollment.UserId} was removed.");
    }

    private static async Task<Change<ViewedCertificate>> IssueAsync(
        CampusTransaction transaction, Enrollment enrollment, User learner, CertifyingCourse course, CertificateType type,
        CancellationToken cancellationToken)
    {
        var school = (await SchoolStore.FindAsync(transaction, course.SchoolId, cancellationToken))!;
        var made = new Certificate(
            Id: 0, enrollment.Id, type, CertificateCode.New(), transaction.Now, course.RequiredRate, course.Title, course.Text,
            course.LogoId, learner.Name, learner.Cpf, course.Name, course.WorkloadHours, enrollment.EnrolledAt,
            enrollment.CompletedAt!.Value, school.Name);
        made = made with { Text = CertificateText.Fill(made, transaction.Local) };
        Tell(transaction, made, course.Id, learner, school);
        return new Change<ViewedCertificate>.Made(
            new ViewedCertificate(await CertificateStore.InsertAsync(transaction, made, cancellationToken), IsNew: true));
    }

    private static void Tell(CampusTransaction transaction, Certificate certificate, long courseId, User learner, School school)
    {
        // Where clocks were put back in between, a later moment has an earlier local time: what was before is told as not after it.
        var certifiedAt = transaction.Local(certificate.IssuedAt);
        var concludedAt = Earlier(transaction.Local(certificate.ConcludedAt), certifiedAt);
        var enrolledAt = Earlier(transaction.Local(certificate.EnrolledAt), concludedAt);
        var managers = school.Managers.Select(static m => new SchoolManager(m.UserId, m.Name));
        transaction.Tell(
            new CertificateIssued(
                new InstitutionRef(transaction.Institution.Id), learner.AsIdentity(),
                new ConcludedCourse(
                    courseId, certificate.CourseName, string.Create(CultureInfo.InvariantCulture, $"{certificate.WorkloadHours}h"),
                    enrolledAt, concludedAt),
                new CertifyingSchool(school.Id, school.Name, [.. managers]),
                new Certification(certifiedAt, certificate.Type, certificate.ApprovalRate)),
            learner.Id,
            $"{EnsureEnrollment.KeyOf(certificate.EnrollmentId)}/type:{Words.Of(certificate.Type)}");
    }

    private static DateTime Earlier(DateTime one, DateTime other) => one < other ? one : other;
}
