using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Learning;
using Sineta.Learning.Certificates;
using Sineta.Learning.Enrollments;

namespace Sineta.Server.Pages.Campus;

/// <summary>Certificates: “View certificate” issues one at the first click (R13), and shows it from then on.</summary>
internal static class CertificatePages
{
    public static void Map(RouteGroupBuilder campus)
    {
        var certificates = campus.MapGroup("/certificates");
        certificates.MapGet("", ListAsync);
        certificates.MapGet("/{enrollmentId:long}", ShowAsync);
        certificates.MapPost("/{enrollmentId:long}", ViewAsync);
    }

    private static async Task<RazorComponentResult> ListAsync(
        Viewer viewer, CertificateStore certificates, CancellationToken cancellationToken)
    {
        var issued = await certificates.ListOfUserAsync(viewer.InstitutionId, viewer.LearnerId, cancellationToken);
        var waiting = await certificates.WaitingOfUserAsync(viewer.InstitutionId, viewer.LearnerId, courseId: null, cancellationToken);
        return CertificatesPage.Of(new(issued, waiting));
    }

    private static async Task<IResult> ViewAsync(
        long enrollmentId, Viewer viewer, HttpContext context, ViewCertificate view, Notices notices, CancellationToken cancellationToken)
    {
        switch (await view.RunAsync(viewer.School, enrollmentId, viewer.LearnerId, cancellationToken))
        {
            case Change<ViewedCertificate>.Made:
                return TypedResults.LocalRedirect(CampusPages.Certificate(enrollmentId));
            case Change<ViewedCertificate>.Unknown:
                return TypedResults.NotFound();
            default:
                notices.Leave(context, new Notice(CampusTexts.NoCertificateYet, Notice.Warning));
                return TypedResults.LocalRedirect(CampusPages.Certificates);
        }
    }

    private static async Task<Results<RazorComponentResult, NotFound>> ShowAsync(
        long enrollmentId, Viewer viewer, HttpContext context, EnrollmentStore enrollments, CertificateStore certificates,
        CancellationToken cancellationToken)
    {
        var enrollment = await enrollments.FindAsync(viewer.InstitutionId, enrollmentId, cancellationToken);
        if (enrollment?.UserId != viewer.LearnerId
            || await certificates.FindAsync(viewer.InstitutionId, enrollmentId, cancellationToken) is not { } certificate)
            return TypedResults.NotFound();
        return CertificatePage.Of(CertificateModel.Of(certificate, viewer.School.Clock.ToLocal, context.Request));
    }
}

/// <param name="Waiting">Courses whose certificate was not asked for yet.</param>
public sealed record CertificatesModel(IReadOnlyList<Certificate> Issued, IReadOnlyList<WaitingCertificate> Waiting);

/// <summary>A certificate as its sheet shows it.</summary>
/// <param name="Cpf">Masked.</param>
/// <param name="Title">The template's; of one that is below the template's mark, what it is.</param>
/// <param name="Text">What it says, the CPF in it masked.</param>
/// <param name="Address">Where whoever has the sheet verifies it.</param>
public sealed record CertificateModel(
    Certificate Certificate, string Cpf, string Title, string Text, DateTime Enrolled, DateTime Concluded, DateTime Issued, string Address)
{
    /// <summary>The address as people read it.</summary>
    public string ShortAddress => Address[(Address.IndexOf("://", StringComparison.Ordinal) + 3)..];

    /// <param name="local">A moment as the institution's clocks show it.</param>
    public static CertificateModel Of(Certificate certificate, Func<DateTimeOffset, DateTime> local, HttpRequest request)
    {
        var cpf = certificate.MaskedCpf;
        var (enrolled, concluded) = (local(certificate.EnrolledAt), local(certificate.ConcludedAt));
        // A template that offers an achievement says so in its own words, which are not true of who stayed below its mark.
        var (title, text) = certificate.IsBelowMark
            ? (CampusTexts.TypeParticipation, CampusTexts.ParticipationText.With(
                certificate.UserName, cpf, certificate.CourseName, certificate.WorkloadHours, enrolled, concluded))
            : (certificate.Title, certificate.MaskedText);
        return new(
            certificate, cpf, title, text, enrolled, concluded, local(certificate.IssuedAt),
            $"{request.Scheme}://{request.Host}{VerifyPages.PathOf(certificate.Code)}");
    }
}
