using System.Globalization;
using Sineta.Events;
using Sineta.Learning.Enrollments;
using Sineta.Learning.People;
using Sineta.Learning.Storage;
using School = Sineta.Learning.People.School;

namespace Sineta.Learning.Certificates;

/// <summary>Issues a certificate from what learner, course and template are now. The first of its type is told, those in its place are not.</summary>
internal static class IssueCertificate
{
    /// <summary>What the best scores give now (R14).</summary>
    public static async Task<CertificateType> DeservedAsync(
        CampusTransaction transaction, Enrollment enrollment, CertifyingCourse course, CancellationToken cancellationToken)
    {
        var best = await CertificateStore.BestScoresAsync(transaction, course.Id, enrollment.Id, cancellationToken);
        return CertificateRule.TypeFor(course.Offers, course.ApprovalRate, best);
    }

    public static async Task<Certificate> RunAsync(
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
        return await CertificateStore.InsertAsync(transaction, made, cancellationToken);
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
