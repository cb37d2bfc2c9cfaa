using Sineta.Events;

namespace Sineta.Learning.Certificates;

/// <summary>
/// A certificate as it was issued, whatever changes later, but that it may be revoked. An achievement may follow a participation, and one
/// that was issued again what it replaces; the newest is shown.
/// </summary>
/// <param name="Code">Public: whoever has it may verify the certificate.</param>
/// <param name="ApprovalRate">What the course required, 0 to 100, never the learner's score.</param>
/// <param name="Text">The template's, filled in.</param>
/// <param name="Cpf">Written 000.000.000-00.</param>
/// <param name="EnrolledAt">When the enrolment was made under which it was issued.</param>
/// <param name="ConcludedAt">When the course was completed under it.</param>
public sealed record Certificate(
    long Id, long EnrollmentId, CertificateType Type, string Code, DateTimeOffset IssuedAt, decimal ApprovalRate, string Title, string Text,
    Guid? LogoId, string UserName, string Cpf, string CourseName, int WorkloadHours, DateTimeOffset EnrolledAt, DateTimeOffset ConcludedAt,
    string SchoolName)
{
    /// <summary>Null: it is valid.</summary>
    public Revocation? Revocation { get; init; }

    /// <summary>Whether its template offers an achievement that the learner did not reach.</summary>
    public bool IsBelowMark => Type is CertificateType.Participation && ApprovalRate > 0;

    /// <summary>The CPF as everybody may see it: enough to tell two people of one name apart, too little to know it by.</summary>
    public string MaskedCpf => $"***{Cpf[3..12]}**";

    /// <summary>The text with the CPF in it masked.</summary>
    public string MaskedText => Text.Replace(Cpf, MaskedCpf, StringComparison.Ordinal);
}

/// <summary>That a certificate is not to be believed any more.</summary>
/// <param name="Reason">For the learner and the institution, not for whoever verifies it.</param>
public sealed record Revocation(DateTimeOffset At, string Reason);

/// <summary>What "View certificate" shows.</summary>
/// <param name="IsNew">It was issued just now, and told of.</param>
public sealed record ViewedCertificate(Certificate Certificate, bool IsNew);

/// <summary>A certificate that was found by its code.</summary>
/// <param name="InstitutionName">As it is now.</param>
/// <param name="TimeZone">The institution's, an IANA zone.</param>
/// <param name="IsReplaced">Whether a newer one was issued under its enrolment.</param>
public sealed record VerifiedCertificate(
    Certificate Certificate, long InstitutionId, string InstitutionName, string TimeZone, bool IsReplaced);

/// <summary>A certificate that can be issued, and that nobody has asked for yet.</summary>
public sealed record WaitingCertificate(long EnrollmentId, string CourseName, DateTimeOffset CompletedAt);
