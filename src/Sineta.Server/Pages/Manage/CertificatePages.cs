using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Learning;
using Sineta.Learning.Certificates;

namespace Sineta.Server.Pages.Manage;

/// <summary>A certificate that was issued: revoked, or issued again, where it was wrong.</summary>
internal static class CertificatePages
{
    public static void Map(RouteGroupBuilder certificates)
    {
        certificates.MapGet("/{code}", ShowAsync);
        certificates.MapPost("/{code}/revoke", RevokeAsync);
        certificates.MapPost("/{code}/reissue", ReissueAsync);
    }

    public static string PathOf(string code) => $"{ManagePages.Path}/certificates/{code}";

    private static Task<Results<RazorComponentResult, NotFound>> ShowAsync(
        string code, Viewer viewer, CertificateStore certificates, CancellationToken cancellationToken) =>
        PageAsync(code, Form.Of(), viewer, certificates, cancellationToken);

    private static async Task<IResult> RevokeAsync(
        string code, Form form, Viewer viewer, CertificateLifecycle lifecycle, CertificateStore certificates, Reply reply,
        CancellationToken cancellationToken)
    {
        var change = await lifecycle.RevokeAsync(viewer.Managed, code, form.Text("reason"), cancellationToken);
        return await AnswerAsync(change, code, ManageTexts.CertificateRevoked, form, viewer, certificates, reply, cancellationToken);
    }

    private static async Task<IResult> ReissueAsync(
        string code, Form form, Viewer viewer, CertificateLifecycle lifecycle, CertificateStore certificates, Reply reply,
        CancellationToken cancellationToken)
    {
        var change = await lifecycle.ReissueAsync(viewer.Managed, code, form.Text("reason"), cancellationToken);
        return await AnswerAsync(change, code, ManageTexts.CertificateReissued, form, viewer, certificates, reply, cancellationToken);
    }

    private static async Task<IResult> AnswerAsync(
        Change<Certificate> change, string code, string done, Form form, Viewer viewer, CertificateStore certificates, Reply reply,
        CancellationToken cancellationToken)
    {
        if (change is not Change<Certificate>.Refused(var faults))
            return reply.Of(change, PathOf(change is Change<Certificate>.Made(var made) ? made.Code : code), done).Result;
        form.Refuse(faults);
        return (await PageAsync(code, form, viewer, certificates, cancellationToken)).Result;
    }

    private static async Task<Results<RazorComponentResult, NotFound>> PageAsync(
        string code, Form form, Viewer viewer, CertificateStore certificates, CancellationToken cancellationToken) =>
        await certificates.FindByCodeAsync(code, cancellationToken) is { } found && found.InstitutionId == viewer.InstitutionId
            ? CertificatePage.Of(
                new(found, form), form.HasFaults ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : TypedResults.NotFound();
}

/// <param name="Form">A correction that was refused.</param>
public sealed record IssuedModel(VerifiedCertificate Found, Form Form);
