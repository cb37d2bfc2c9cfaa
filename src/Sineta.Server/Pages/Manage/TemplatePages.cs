using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Learning;
using Sineta.Learning.Catalog;

namespace Sineta.Server.Pages.Manage;

/// <summary>Certificate templates, each with the sheet that is printed of it.</summary>
internal static class TemplatePages
{
    public static void Map(RouteGroupBuilder templates)
    {
        templates.MapGet("", ListAsync);
        templates.MapPost("", CreateAsync).TakesFiles();
        templates.MapGet("/new", static RazorComponentResult (TimeProvider time) => TemplatePage.Of(new(Template: null, TemplateForm.New(), time.GetUtcNow())));
        templates.MapPost(
            "/preview", static RazorComponentResult (Form form, TimeProvider time) => TemplateSheet.Of(new(Template: null, form, time.GetUtcNow())));
        templates.MapGet("/{id:long}", ShowAsync);
        templates.MapPost("/{id:long}", ChangeAsync).TakesFiles();
        templates.MapPost("/{id:long}/delete", DeleteAsync);
    }

    private static string PathOf(long id) => $"{ManagePages.Path}/templates/{id}";

    private static async Task<RazorComponentResult> ListAsync(
        long? after, Viewer viewer, CertificateTemplateStore templates, CancellationToken cancellationToken)
    {
        var found = await templates.ListAsync(viewer.InstitutionId, after ?? 0, ManagePages.PageSize + 1, cancellationToken);
        return TemplatesPage.Of(new(
            [.. found.Take(ManagePages.PageSize)],
            Lists.Next(found, ManagePages.PageSize, $"{ManagePages.Path}/templates",
            static t => t.Id.ToString(CultureInfo.InvariantCulture)),
            after is null ? null : $"{ManagePages.Path}/templates"));
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult>> CreateAsync(
        Form form, Viewer viewer, HttpRequest request, CertificateTemplateStore templates, FileStore files, TimeProvider time, Reply reply,
        CancellationToken cancellationToken)
    {
        await Uploads.TakeAsync(form, request, "logo", viewer.Managed, files, cancellationToken);
        var draft = TemplateForm.Read(form);
        var change = form.HasFaults ? null : await templates.CreateAsync(viewer.Managed, draft, cancellationToken);
        if (change is Change<CertificateTemplate>.Made)
            return reply.Lead($"{ManagePages.Path}/templates", ManageTexts.TemplateCreated);
        TemplateForm.Refuse(form, draft, change);
        return TemplatePage.Of(new(Template: null, form, time.GetUtcNow()), StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<Results<RazorComponentResult, NotFound>> ShowAsync(
        long id, Viewer viewer, CertificateTemplateStore templates, TimeProvider time, CancellationToken cancellationToken) =>
        await templates.FindAsync(viewer.InstitutionId, id, cancellationToken) is { } template
            ? TemplatePage.Of(
                new(template, TemplateForm.Of(CertificateTemplateDraft.Of(template)), time.GetUtcNow())) : TypedResults.NotFound();

    private static async Task<Results<RedirectHttpResult, RazorComponentResult, NotFound>> ChangeAsync(
        long id, Form form, Viewer viewer, HttpRequest request, CertificateTemplateStore templates, FileStore files, TimeProvider time,
        Reply reply,
        CancellationToken cancellationToken)
    {
        if (await templates.FindAsync(viewer.InstitutionId, id, cancellationToken) is not { } template)
            return TypedResults.NotFound();
        await Uploads.TakeAsync(form, request, "logo", viewer.Managed, files, cancellationToken);
        var draft = TemplateForm.Read(form);
        var change = form.HasFaults ? null : await templates.UpdateAsync(viewer.Managed, id, _ => draft, cancellationToken);
        if (change is Change<CertificateTemplate>.Made)
            return reply.Lead($"{ManagePages.Path}/templates", ManageTexts.Saved);
        TemplateForm.Refuse(form, draft, change);
        return TemplatePage.Of(new(template, form, time.GetUtcNow()), StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> DeleteAsync(
        long id, Viewer viewer, CertificateTemplateStore templates, Reply reply, CancellationToken cancellationToken)
    {
        var change = await templates.DeleteAsync(viewer.Managed, id, cancellationToken);
        return reply.Of(change, change is Change<CertificateTemplate>.Made
            ? $"{ManagePages.Path}/templates" : PathOf(id), ManageTexts.TemplateDeleted);
    }
}

/// <param name="First">Null where this is the first page.</param>
public sealed record TemplatesModel(IReadOnlyList<CertificateTemplate> Templates, string? Next, string? First);

/// <param name="Template">Null: a new one.</param>
/// <param name="Now">The moment that the sheet shows.</param>
public sealed record TemplateModel(CertificateTemplate? Template, Form Form, DateTimeOffset Now);
