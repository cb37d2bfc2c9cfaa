using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Institutions;
using Sineta.Events;
using Sineta.Learning;
using Sineta.Learning.Certificates;
using static Sineta.Server.Api.ChangeAnswers;

namespace Sineta.Server.Api;

/// <summary>Certificates: issued by their first viewing, verified by their code, revoked and issued again where they were wrong.</summary>
public static class CertificatesApi
{
    private const string Json = "application/json";

    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapPost("/enrollments/{id}/certificate", ViewAsync).WithTags("Certificates").Requires(Scopes.LearningManage)
            .WithName("viewCertificate").WithSummary("View the certificate of an enrolment")
            .WithDescription("The first time it is issued: answers 201 and sends activities.certificate.issued. From then on it "
                + "answers 200 with the same, and nothing is sent; only where the scores have come to reach the approval rate, an "
                + "achievement follows a participation.");
        v1.MapGet("/certificates/{code}", VerifyAsync).WithTags("Certificates").Requires(Scopes.LearningManage | Scopes.Read)
            .WithName("verifyCertificate").WithSummary("Verify a certificate by its code")
            .WithDescription("To keys without the scope learning:manage its text shows the CPF masked.");
        var managing = v1.MapGroup("/certificates/{code}").WithTags("Certificates").Requires(Scopes.LearningManage);
        managing.MapPost("/revoke", RevokeAsync).Accepts<CorrectionBody>(Json)
            .WithName("revokeCertificate").WithSummary("Revoke a certificate")
            .WithDescription("Whoever verifies it is told so from then on, and its learner why. Nothing is sent. What is revoked already "
                + "keeps the reason that it has.");
        managing.MapPost("/reissue", ReissueAsync).Accepts<CorrectionBody>(Json)
            .WithName("reissueCertificate").WithSummary("Issue a certificate again")
            .WithDescription("Answers 201 with the new one: of the same type, or an achievement where the scores have come to reach it, with "
                + "another code, and with names and texts as they are now. The one before is revoked. The first of its type was sent when it "
                + "was issued: this one is not.");
    }

    private static async Task<Results<Created<CertificateBody>, Ok<CertificateBody>, ProblemResult>> ViewAsync(
        string id, Caller caller, ViewCertificate view, CancellationToken cancellationToken)
    {
        var change = await view.RunAsync(caller.Institution, IdOf(id), learnerId: null, cancellationToken);
        if (change is not Change<ViewedCertificate>.Made(var made))
            return change.AsProblem();
        var shown = CertificateBody.Of(made.Certificate, caller);
        return made.IsNew ? TypedResults.Created(PathOf(made.Certificate), shown) : TypedResults.Ok(shown);
    }

    private static async Task<Results<Ok<CertificateBody>, ProblemResult>> RevokeAsync(
        string code, Caller caller, JsonBody body, CertificateLifecycle certificates, CancellationToken cancellationToken)
    {
        if (!body.TryRead<CorrectionBody>(c => c.Faults(), out var correction, out var refusal))
            return refusal;
        var change = await certificates.RevokeAsync(caller.Institution, code, correction.Reason, cancellationToken);
        return change is Change<Certificate>.Made(var revoked)
            ? TypedResults.Ok(CertificateBody.Of(revoked, caller)) : change.AsProblem();
    }

    private static async Task<Results<Created<CertificateBody>, ProblemResult>> ReissueAsync(
        string code, Caller caller, JsonBody body, CertificateLifecycle certificates, CancellationToken cancellationToken)
    {
        if (!body.TryRead<CorrectionBody>(c => c.Faults(), out var correction, out var refusal))
            return refusal;
        var change = await certificates.ReissueAsync(caller.Institution, code, correction.Reason, cancellationToken);
        return change is Change<Certificate>.Made(var issued)
            ? TypedResults.Created(PathOf(issued), CertificateBody.Of(issued, caller)) : change.AsProblem();
    }

    private static string PathOf(Certificate certificate) => $"/v1/certificates/{certificate.Code}";

    private static async Task<Results<Ok<CertificateBody>, ProblemResult>> VerifyAsync(
        string code, Caller caller, CertificateStore certificates, CancellationToken cancellationToken) =>
        await certificates.FindByCodeAsync(code, cancellationToken) is { } found && found.InstitutionId == caller.InstitutionId
            ? TypedResults.Ok(CertificateBody.Of(found.Certificate, caller)) : ProblemTypes.NotFound.With("No certificate has this code.");
}

/// <summary>A certificate as it was issued.</summary>
/// <param name="Type">participation or achievement.</param>
/// <param name="Code">Public: whoever has it may verify the certificate.</param>
/// <param name="ApprovalRate">What the course required, 0 to 100, never the learner's score.</param>
/// <param name="Text">The CPF in it is ***.000.000-** for keys without the scope learning:manage.</param>
/// <param name="RevokedAt">Since when it is not to be believed any more; null: it is valid.</param>
/// <param name="RevocationReason">Null where it is valid, and for keys without the scope learning:manage.</param>
public sealed record CertificateBody(
    long Id, long EnrollmentId, string Type, string Code, DateTimeOffset IssuedAt, decimal ApprovalRate, string Title, string Text,
    string UserName, string CourseName, int WorkloadHours, DateTimeOffset EnrolledAt, DateTimeOffset ConcludedAt, string SchoolName,
    DateTimeOffset? RevokedAt, string? RevocationReason)
{
    internal static CertificateBody Of(Certificate certificate, Caller caller) => new(
        certificate.Id, certificate.EnrollmentId, Words.Of(certificate.Type), certificate.Code, certificate.IssuedAt,
        certificate.ApprovalRate, certificate.Title, caller.RunsCampus ? certificate.Text : certificate.MaskedText, certificate.UserName,
        certificate.CourseName, certificate.WorkloadHours, certificate.EnrolledAt, certificate.ConcludedAt, certificate.SchoolName,
        certificate.Revocation?.At, caller.RunsCampus ? certificate.Revocation?.Reason : null);
}

/// <summary>Why a certificate is to be revoked, or issued again.</summary>
public sealed record CorrectionBody
{
    /// <summary>1 to 255 characters, for the learner and those who run the school.</summary>
    [Required]
    public string? Reason { get; init; }

    internal IEnumerable<Fault> Faults() =>
        CertificateLifecycle.ReasonFault(Reason) is { } fault ? [new Fault("/reason", fault)] : [];
}
