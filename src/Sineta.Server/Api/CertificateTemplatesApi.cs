using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Institutions;
using Sineta.Learning;
using Sineta.Learning.Catalog;
using Sineta.Server.Api.Description;
using static Sineta.Server.Api.ChangeAnswers;

namespace Sineta.Server.Api;

/// <summary>Certificate templates: what the certificates of courses are made from.</summary>
public static class CertificateTemplatesApi
{
    private const string List = "certificate-templates";
    private const string Json = "application/json";

    public static void Map(RouteGroupBuilder v1)
    {
        var reading = v1.MapGroup("/certificate-templates").WithTags("Certificate templates").Requires(Scopes.LearningManage | Scopes.Read);
        reading.MapGet("", ListAsync).TakesPage().WithName("listCertificateTemplates").WithSummary("List certificate templates");
        reading.MapGet("/{id}", FindAsync).WithName("getCertificateTemplate").WithSummary("Get a certificate template");

        var managing = v1.MapGroup("/certificate-templates").WithTags("Certificate templates").Requires(Scopes.LearningManage);
        managing.MapPost("", CreateAsync).Accepts<CertificateTemplateDraft>(Json)
            .WithName("createCertificateTemplate").WithSummary("Make a certificate template");
        managing.MapPatch("/{id}", UpdateAsync).Accepts<CertificateTemplateDraft>(Json)
            .WithName("updateCertificateTemplate").WithSummary("Change a certificate template")
            .WithDescription("What is not given stays. Certificates stay as they were issued.");
        managing.MapDelete("/{id}", DeleteAsync)
            .WithName("deleteCertificateTemplate").WithSummary("Delete a certificate template").WithDescription("One that no course has.");
    }

    private static async Task<Results<Ok<Page<CertificateTemplateBody>>, ProblemResult>> ListAsync(
        Caller caller, HttpRequest http, CertificateTemplateStore templates, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Query);
        var (limit, after) = (query.Limit(), query.Cursor<long>(List) ?? 0);
        if (query.Refusal() is { } refusal)
            return refusal;
        var rows = await templates.ListAsync(caller.InstitutionId, after, limit + 1, cancellationToken);
        return TypedResults.Ok(Page.Of(rows, limit, List, t => Cursor.Position(t.Id), CertificateTemplateBody.Of));
    }

    private static async Task<Results<Ok<CertificateTemplateBody>, ProblemResult>> FindAsync(
        string id, Caller caller, CertificateTemplateStore templates, CancellationToken cancellationToken) =>
        await templates.FindAsync(caller.InstitutionId, IdOf(id), cancellationToken) is { } template
            ? TypedResults.Ok(CertificateTemplateBody.Of(template)) : ProblemTypes.NotFound.With("There is no such certificate template.");

    private static async Task<Results<Created<CertificateTemplateBody>, ProblemResult>> CreateAsync(
        Caller caller, JsonBody body, CertificateTemplateStore templates, CancellationToken cancellationToken)
    {
        if (!body.TryRead<CertificateTemplateDraft>(d => CertificateTemplateRules.Check(d).Faults, out var draft, out var refusal))
            return refusal;
        var change = await templates.CreateAsync(caller.Institution, draft, cancellationToken);
        return change is Change<CertificateTemplate>.Made(var made)
            ? TypedResults.Created($"/v1/certificate-templates/{made.Id}", CertificateTemplateBody.Of(made)) : change.AsProblem();
    }

    private static async Task<Results<Ok<CertificateTemplateBody>, ProblemResult>> UpdateAsync(
        string id, Caller caller, JsonBody body, CertificateTemplateStore templates, CancellationToken cancellationToken)
    {
        if (!body.TryReadPatch<CertificateTemplateDraft>(d => CertificateTemplateRules.Check(d).Faults, out _, out var refusal))
            return refusal;
        var change = await templates.UpdateAsync(caller.Institution, IdOf(id), body.Over, cancellationToken);
        return change is Change<CertificateTemplate>.Made(var made)
            ? TypedResults.Ok(CertificateTemplateBody.Of(made)) : change.AsProblem();
    }

    private static async Task<Results<NoContent, ProblemResult>> DeleteAsync(
        string id, Caller caller, CertificateTemplateStore templates, CancellationToken cancellationToken)
    {
        var change = await templates.DeleteAsync(caller.Institution, IdOf(id), cancellationToken);
        return change is Change<CertificateTemplate>.Made ? TypedResults.NoContent() : change.AsProblem();
    }
}
