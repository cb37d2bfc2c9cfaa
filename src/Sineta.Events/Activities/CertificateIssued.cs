using Sineta.Events.Shapes;

namespace Sineta.Events;

/// <summary>A certificate was issued: <c>activities.certificate.issued</c>.</summary>
/// <param name="Institution">Where.</param>
/// <param name="User">To whom.</param>
/// <param name="Course">For which course.</param>
/// <param name="School">By which school.</param>
/// <param name="Certified">Of what type, and when.</param>
public sealed record CertificateIssued(
    InstitutionRef Institution,
    LearnerIdentity User,
    ConcludedCourse Course,
    CertifyingSchool School,
    Certification Certified) : ActivityEvent;

/// <summary>The course that the certificate is for.</summary>
/// <param name="Id">Number of the course.</param>
/// <param name="Name">Name of the course.</param>
/// <param name="Workload">Whole hours and an h, such as <c>10h</c>.</param>
/// <param name="EnrolledAt">When the learner was enrolled, local time of the institution.</param>
/// <param name="ConcludedAt">When the learner completed it; not before <paramref name="EnrolledAt"/>.</param>
public sealed record ConcludedCourse(
    long Id,
    string Name,
    [property: Workload] string Workload,
    DateTime EnrolledAt,
    [property: NotBefore("course.enrolled_at")] DateTime ConcludedAt);

/// <summary>The school as it was at the issue.</summary>
/// <param name="Id">Number of the school.</param>
/// <param name="Name">Name of the school.</param>
/// <param name="Managers">Its managers; may be empty.</param>
public sealed record CertifyingSchool(long Id, string Name, IReadOnlyList<SchoolManager> Managers);

/// <summary>A manager of a school.</summary>
/// <param name="ManagerId">Number of the manager.</param>
/// <param name="ManagerName">Name of the manager.</param>
public sealed record SchoolManager(long ManagerId, string ManagerName);

/// <summary>What was certified.</summary>
/// <param name="CertifiedAt">When it was issued, local time of the institution; not before the course's conclusion.</param>
/// <param name="Type">What it attests.</param>
/// <param name="ApprovalRate">The rate that the course requires, 0 to 100, never the learner's score; 0 where it requires none.</param>
public sealed record Certification(
    [property: NotBefore("course.concluded_at")] DateTime CertifiedAt,
    CertificateType Type,
    [property: Number(0, 100)] decimal ApprovalRate);

/// <summary>What a certificate attests.</summary>
public enum CertificateType
{
    /// <summary>The learner reached the rate that the course requires.</summary>
    Achievement,

    /// <summary>The learner took part to the end.</summary>
    Participation,
}
