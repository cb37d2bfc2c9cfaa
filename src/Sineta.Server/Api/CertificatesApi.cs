using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Institutions;
using Sineta.Learning;
using Sineta.Learning.Certificates;
using static Sineta.Server.Api.ChangeAnswers;

namespace Sineta.Server.Api;

/// <summary>Certificates: issued by their first viewing, verified by their code.</summary>
public static class CertificatesApi
{
    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapPost("/enrollments/{id}/certificate", ViewAsync).WithTags("Certificates").Requires(Scopes.LearningManage)
            .WithSummary("View the certificate of an enrolment")
            .WithDescription("The first time it is issued: answers 201 and sends activities.certificate.issued. From then on it "
                + "answers 200 with the same, and nothing is sent; only where the scores have come to reach the approval rate, an "
                + "achievement follows a participation.");
        v1.MapGet("/certificates/{code}", VerifyAsync).WithTags("Certificates").Requires(Scopes.LearningManage | Scopes.Read)
            .WithSummary("Verify a certificate by its code")
            .WithDescription("To keys without the scope learning:manage its text shows the CPF masked.");
    }

    private static async Task<Results<Created<CertificateBody>, Ok<CertificateBody>, ProblemResult>> ViewAsync(
        string id, Caller caller, ViewCertificate view, CancellationToken cancellationToken)
    {
        var change = await view.RunAsync(caller.Institution, IdOf(id), learnerId: null, cancellationToken);
        if (change is not Change<ViewedCertificate>.Made(var made))
            return change.AsProblem();
        var shown = CertificateBody.Of(made.Certificate, caller);
        return made.IsNew ? TypedResults.Created($"/v1/certificates/{shown.Code}", shown) : TypedResults.Ok(shown);
    }

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
public sealed record CertificateBody(
    long Id, long EnrollmentId, string Type, string Code, DateTimeOffset IssuedAt, decimal ApprovalRate, string Title, string Text,
    string UserName, string CourseName, int WorkloadHours, DateTimeOffset EnrolledAt, DateTimeOffset ConcludedAt, string SchoolName)
{
    internal static CertificateBody Of(Certificate certificate, Caller caller) => new(
        certificate.Id, certificate.EnrollmentId, Words.Of(certificate.Type), certificate.Code, certificate.IssuedAt,
        certificate.ApprovalRate, certificate.Title, caller.RunsCampus ? certificate.Text : certificate.MaskedText, certificate.UserName,
        certificate.CourseName, certificate.WorkloadHours, certificate.EnrolledAt, certificate.ConcludedAt, certificate.SchoolName);
}
