using Npgsql;
using Sineta.Delivery.Storage;
using Sineta.Events;
using Sineta.Learning.Progress;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Certificates;

/// <summary>Keeps and finds certificates.</summary>
public sealed class CertificateStore(NpgsqlDataSource database)
{
    private const string Columns =
        """
        c.id, c.enrollment_id, c.type, c.code, c.issued_at, c.approval_rate, c.title, c.text, c.logo_id, c.user_name, c.cpf, c.course_name,
        c.workload_hours, c.enrolled_at, c.concluded_at, c.school_name, c.revoked_at, c.revocation_reason
        """;

    private const string OfEnrollment =
        $"select {Columns} from certificates c where c.institution_id = $1 and c.enrollment_id = $2 order by c.id desc limit 1";

    /// <summary>The certificate with this code, of whichever institution: who verifies one has the code and nothing else.</summary>
    /// <param name="code">As it was typed.</param>
    public async Task<VerifiedCertificate?> FindByCodeAsync(string code, CancellationToken cancellationToken)
    {
        if (CertificateCode.Read(code) is not { } kept)
            return null;
        await using var command = database.CreateCommand(
            $"""
            select {Columns}, i.id, i.name, i.time_zone, exists (
                select from certificates n where n.institution_id = c.institution_id and n.enrollment_id = c.enrollment_id and n.id > c.id)
            from certificates c join institutions i on i.id = c.institution_id where c.code = $1
            """);
        command.Parameters.AddWithValue(kept);
        return await command.RowAsync(
            static row => new VerifiedCertificate(Read(row), row.GetInt64(18), row.GetString(19), row.GetString(20), row.GetBoolean(21)),
            cancellationToken);
    }

    /// <summary>A user's certificates, the newest first: of each enrolment the one that is shown.</summary>
    public async Task<IReadOnlyList<Certificate>> ListOfUserAsync(long institutionId, long userId, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            $"""
            select {Columns} from (
                select distinct on (c.enrollment_id) c.*
                from enrollments e join certificates c on c.institution_id = e.institution_id and c.enrollment_id = e.id
                where e.institution_id = $1 and e.user_id = $2 order by c.enrollment_id, c.id desc) c
            order by c.id desc
            """, institutionId, userId);
        return await command.RowsAsync(Read, cancellationToken);
    }

    /// <summary>
    /// The enrolments under which a user has completed a course that gives a certificate, and has none yet: the newest completion first.
    /// One that has ended since is among them, and one that another enrolment in the course came after (R4, R5).
    /// </summary>
    /// <param name="courseId">Only those in this course; null for all.</param>
    public async Task<IReadOnlyList<WaitingCertificate>> WaitingOfUserAsync(
        long institutionId, long userId, long? courseId, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            """
            select e.id, k.name, e.completed_at from enrollments e
            join courses k on k.institution_id = e.institution_id and k.id = e.course_id
            where e.institution_id = $1 and e.user_id = $2 and ($3::bigint is null or e.course_id = $3) and e.completed_at is not null
              and k.certificate_template_id is not null
              and not exists (select from certificates c where c.institution_id = e.institution_id and c.enrollment_id = e.id)
            order by e.completed_at desc, e.id desc
            """, institutionId, userId, courseId);
        return await command.RowsAsync(
            static row => new WaitingCertificate(row.GetInt64(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2)),
            cancellationToken);
    }

    /// <summary>The certificate that is shown for an enrolment; null where none was issued.</summary>
    public async Task<Certificate?> FindAsync(long institutionId, long enrollmentId, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database, OfEnrollment, institutionId, enrollmentId);
        return await command.RowAsync(Read, cancellationToken);
    }

    internal static async Task<Certificate?> FindAsync(
        CampusTransaction transaction, long enrollmentId, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(OfEnrollment, enrollmentId);
        return await command.RowAsync(Read, cancellationToken);
    }

    /// <summary>The institution's certificate with this code; null where it has none.</summary>
    /// <param name="code">As it was typed.</param>
    internal static async Task<Certificate?> FindByCodeAsync(CampusTransaction transaction, string code, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            $"select {Columns} from certificates c where c.institution_id = $1 and c.code = $2", CertificateCode.Read(code));
        return await command.RowAsync(Read, cancellationToken);
    }

    /// <summary>The course with what its certificates are made from, as it is now; null where it gives none.</summary>
    internal static async Task<CertifyingCourse?> CourseAsync(
        CampusTransaction transaction, long courseId, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            """
            select k.id, k.name, k.workload_hours, k.school_id, t.type, t.approval_rate, t.title, t.text, t.logo_id
            from courses k
            join certificate_templates t on t.institution_id = k.institution_id and t.id = k.certificate_template_id
            where k.institution_id = $1 and k.id = $2
            """, courseId);
        return await command.RowAsync(
            static row => new CertifyingCourse(
                row.GetInt64(0), row.GetString(1), row.GetInt32(2), row.GetInt64(3), Words.Parse<CertificateType>(row.GetString(4)),
                row.GetDecimal(5), row.GetString(6), row.GetString(7), row.IdOrNull(8)),
            cancellationToken);
    }

    /// <summary>The best score of each quiz that the course has now; null for one that was never submitted.</summary>
    internal static async Task<IReadOnlyList<Score?>> BestScoresAsync(
        CampusTransaction transaction, long courseId, long enrollmentId, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            """
            select p.points, p.points_possible from contents c
            left join content_completions p on p.institution_id = c.institution_id and p.enrollment_id = $3 and p.content_id = c.id
            where c.institution_id = $1 and c.course_id = $2 and c.kind = 'quiz' and c.published and c.removed_at is null
            """, courseId, enrollmentId);
        return await command.RowsAsync(
            static row => row.IsDBNull(1) ? (Score?)null : new Score(row.GetDecimal(0), row.GetDecimal(1)), cancellationToken);
    }

    internal static async Task<Certificate> InsertAsync(
        CampusTransaction transaction, Certificate certificate, CancellationToken cancellationToken)
    {
        var id = await transaction.NumberAsync(
            """
            insert into certificates (
                institution_id, enrollment_id, type, code, issued_at, approval_rate, title, text, logo_id, user_name, cpf, course_name,
                workload_hours, enrolled_at, concluded_at, school_name)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9::uuid, $10, $11, $12, $13, $14, $15, $16) returning id
            """,
            [
                certificate.EnrollmentId, Words.Of(certificate.Type), certificate.Code, certificate.IssuedAt,
                certificate.ApprovalRate, certificate.Title, certificate.Text, certificate.LogoId, certificate.UserName, certificate.Cpf,
                certificate.CourseName, certificate.WorkloadHours, certificate.EnrolledAt, certificate.ConcludedAt, certificate.SchoolName,
            ], cancellationToken);
        return certificate with { Id = id };
    }

    internal static Task RevokeAsync(
        CampusTransaction transaction, long id, Revocation revocation, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            "update certificates set revoked_at = $3, revocation_reason = $4 where institution_id = $1 and id = $2",
            [id, revocation.At, revocation.Reason], cancellationToken);

    private static Certificate Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), Words.Parse<CertificateType>(row.GetString(2)), row.GetString(3),
        row.GetFieldValue<DateTimeOffset>(4), row.GetDecimal(5), row.GetString(6), row.GetString(7), row.IdOrNull(8), row.GetString(9),
        row.GetString(10), row.GetString(11),
        row.GetInt32(12), row.GetFieldValue<DateTimeOffset>(13), row.GetFieldValue<DateTimeOffset>(14), row.GetString(15))
    {
        Revocation = row.IsDBNull(16) ? null : new Revocation(row.GetFieldValue<DateTimeOffset>(16), row.GetString(17)),
    };
}

/// <summary>A course, and the template of its certificates.</summary>
internal sealed record CertifyingCourse(
    long Id, string Name, int WorkloadHours, long SchoolId, CertificateType Offers, decimal ApprovalRate, string Title, string Text,
    Guid? LogoId)
{
    /// <summary>What the course requires; nothing where it certifies participation.</summary>
    public decimal RequiredRate => Offers is CertificateType.Achievement ? ApprovalRate : 0;
}
