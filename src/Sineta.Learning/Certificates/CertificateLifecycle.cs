using Sineta.Delivery.Institutions;
using Sineta.Events;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Certificates;

/// <summary>
/// Sets right what was issued wrongly: revokes a certificate, or issues it again, with another code and with names and texts as they are now.
/// Neither is told, for the contract's event is the first issue of a type; both are on the audit trail.
/// </summary>
public sealed class CertificateLifecycle(CampusTransactions campus)
{
    /// <summary>What makes a reason unusable, as a sentence; null where it is fine.</summary>
    public static string? ReasonFault(string? reason) => Names.FaultOf(reason);

    /// <summary>Revokes a certificate. One that is revoked already stays so, for the reason that it has.</summary>
    /// <param name="code">As it was typed.</param>
    public Task<Change<Certificate>> RevokeAsync(
        Institution institution, string code, string? reason, CancellationToken cancellationToken) =>
        CorrectAsync(institution, code, reason, (transaction, held) => RevokeAsync(transaction, held, cancellationToken), cancellationToken);

    /// <summary>
    /// Revokes a certificate, unless it is already, and issues another in its place: of the same type, or an achievement where the scores
    /// have come to reach it (R15).
    /// </summary>
    /// <param name="code">As it was typed.</param>
    public Task<Change<Certificate>> ReissueAsync(
        Institution institution, string code, string? reason, CancellationToken cancellationToken) =>
        CorrectAsync(institution, code, reason, (transaction, held) => ReissueAsync(transaction, held, cancellationToken), cancellationToken);

    private Task<Change<Certificate>> CorrectAsync(
        Institution institution, string code, string? reason, Func<CampusTransaction, HeldCertificate, Task<Change<Certificate>>> correct,
        CancellationToken cancellationToken) =>
        campus.RunAsync(institution, async transaction =>
        {
            if (await CertificateStore.FindByCodeAsync(transaction, code, cancellationToken) is not { } found)
                return new Change<Certificate>.Unknown($"There is no certificate {code}.");
            if (ReasonFault(reason) is { } fault)
                return new Change<Certificate>.Refused([new Fault("/reason", fault)]);
            var enrollment = (await HeldEnrollment.HoldAsync(transaction, found.EnrollmentId, cancellationToken))!;
            var locked = (await CertificateStore.FindByCodeAsync(transaction, code, cancellationToken))!;
            var change = await correct(transaction, new HeldCertificate(locked, enrollment, reason!.Trim()));
            await transaction.CommitAsync(cancellationToken);
            return change;
        }, cancellationToken);

    private static async Task<Change<Certificate>> RevokeAsync(
        CampusTransaction transaction, HeldCertificate held, CancellationToken cancellationToken)
    {
        var certificate = held.Certificate;
        if (certificate.Revocation is not null)
            return new Change<Certificate>.Made(certificate);
        var revocation = new Revocation(transaction.Now, held.Reason);
        await CertificateStore.RevokeAsync(transaction, certificate.Id, revocation, cancellationToken);
        await transaction.NoteAsync(AuditedChange.CertificateRevoked, certificate.Code, held.Reason, cancellationToken);
        return new Change<Certificate>.Made(certificate with { Revocation = revocation });
    }

    private static async Task<Change<Certificate>> ReissueAsync(
        CampusTransaction transaction, HeldCertificate held, CancellationToken cancellationToken)
    {
        var (certificate, (enrollment, learner), reason) = held;
        var newest = (await CertificateStore.FindAsync(transaction, enrollment.Id, cancellationToken))!;
        if (newest.Id != certificate.Id)
            return new Change<Certificate>.Impossible($"The certificate {certificate.Code} was replaced by {newest.Code}: issue that one again.");
        if (learner is null)
            return new Change<Certificate>.Impossible($"The user {enrollment.UserId} was removed.");
        if (await CertificateStore.CourseAsync(transaction, enrollment.CourseId, cancellationToken) is not { } course)
            return new Change<Certificate>.Impossible($"The course {enrollment.CourseId} gives no certificate.");
        var deserved = await IssueCertificate.DeservedAsync(transaction, enrollment, course, cancellationToken);
        await RevokeAsync(transaction, held, cancellationToken);
        var made = await IssueCertificate.RunAsync(
            transaction, enrollment, learner, course, CertificateRule.Next(certificate.Type, deserved) ?? certificate.Type, cancellationToken);
        await transaction.NoteAsync(AuditedChange.CertificateReissued, made.Code, reason, cancellationToken);
        return new Change<Certificate>.Made(made);
    }

    /// <summary>A certificate that is this action's alone until it ends.</summary>
    private sealed record HeldCertificate(Certificate Certificate, HeldEnrollment Enrollment, string Reason);
}
