using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Learning;
using Sineta.Learning.Trails;

namespace Sineta.Server.Pages.Manage;

/// <summary>Trails: the list, a new one, one with those who joined it, and its items.</summary>
internal static class TrailPages
{
    private const int MostFound = 20;

    public static void Map(RouteGroupBuilder trails)
    {
        trails.MapGet("", ListAsync);
        trails.MapPost("", CreateAsync);
        trails.MapGet("/new", static RazorComponentResult () => TrailFormPage.Of(new(Trail: null, TrailForm.Of(new TrailDraft()), [])));
        trails.MapGet("/{id:long}", ShowAsync);
        trails.MapGet("/{id:long}/edit", EditAsync);
        trails.MapPost("/{id:long}/edit", ChangeAsync);
        trails.MapPost("/{id:long}/status", ChangeStatusAsync);
        trails.MapPost("/{id:long}/delete", DeleteAsync);
    }

    public static string PathOf(long id) => $"{ManagePages.Path}/trails/{id}";

    private static async Task<RazorComponentResult> ListAsync(
        long? after, Viewer viewer, TrailStore trails, CancellationToken cancellationToken)
    {
        var found = await trails.ListAsync(viewer.InstitutionId, status: null, after ?? 0, ManagePages.PageSize + 1, cancellationToken);
        return TrailsPage.Of(new(
            [.. found.Take(ManagePages.PageSize)],
            Lists.Next(found, ManagePages.PageSize, $"{ManagePages.Path}/trails", static t => t.Id.ToString(CultureInfo.InvariantCulture)),
            after is null ? null : $"{ManagePages.Path}/trails"));
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult>> CreateAsync(
        Form form, Viewer viewer, TrailEditing editing, TrailChoices choices, Reply reply, CancellationToken cancellationToken)
    {
        if (TrailForm.Rearrange(form))
            return TrailFormPage.Of(new(Trail: null, form, await FindAsync(form, viewer, choices, cancellationToken)));
        var change = await editing.CreateAsync(viewer.Managed, TrailForm.Read(form, new TrailDraft()), cancellationToken);
        if (change is Change<Trail>.Made(var trail))
            return reply.Lead(PathOf(trail.Id), ManageTexts.TrailCreated);
        TrailForm.Refuse(form, change);
        return TrailFormPage.Of(new(Trail: null, form, []), StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<Results<RazorComponentResult, NotFound>> ShowAsync(
        long id, long? after, Viewer viewer, TrailStore trails, TrailProgress progress, CancellationToken cancellationToken)
    {
        if (await trails.FindAsync(viewer.InstitutionId, id, cancellationToken) is not { } trail)
            return TypedResults.NotFound();
        var joined = await progress.ParticipantsAsync(viewer.InstitutionId, id, after ?? 0, ManagePages.PageSize + 1, cancellationToken);
        return TrailPage.Of(new(
            trail, [.. joined.Take(ManagePages.PageSize)],
            Lists.Next(joined, ManagePages.PageSize, PathOf(id), static p => p.UserId.ToString(CultureInfo.InvariantCulture)),
            after is null ? null : PathOf(id)));
    }

    private static async Task<Results<RazorComponentResult, NotFound>> EditAsync(
        long id, Viewer viewer, TrailStore trails, CancellationToken cancellationToken) =>
        await trails.FindAsync(viewer.InstitutionId, id, cancellationToken) is { } trail
            ? TrailFormPage.Of(new(trail, TrailForm.Of(trail), [])) : TypedResults.NotFound();

    private static async Task<Results<RedirectHttpResult, RazorComponentResult, NotFound>> ChangeAsync(
        long id, Form form, Viewer viewer, TrailStore trails, TrailEditing editing, TrailChoices choices, Reply reply,
        CancellationToken cancellationToken)
    {
        if (await trails.FindAsync(viewer.InstitutionId, id, cancellationToken) is not { } trail)
            return TypedResults.NotFound();
        if (TrailForm.Rearrange(form))
            return TrailFormPage.Of(new(trail, form, await FindAsync(form, viewer, choices, cancellationToken)));
        var change = await editing.UpdateAsync(
            viewer.Managed, id, present => TrailForm.Read(form, present), form.Number("confirmed"), cancellationToken);
        if (change is Change<Trail>.Made)
            return reply.Lead(PathOf(id), ManageTexts.Saved);
        if (change is Change<Trail>.Unconfirmed(var completions))
        {
            return ConfirmPage.Of(new(
                ManageTexts.SaveTrail, trail.Name, ManageTexts.WouldFinishTrail.With(completions), completions, $"{PathOf(id)}/edit",
                $"{PathOf(id)}/edit", form, IsRemoval: false));
        }

        TrailForm.Refuse(form, change);
        return TrailFormPage.Of(new(trail, form, []), StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> ChangeStatusAsync(
        long id, Form form, Viewer viewer, TrailEditing editing, Reply reply, CancellationToken cancellationToken)
    {
        var status = form.Text("status");
        var change = await editing.UpdateAsync(
            viewer.Managed, id, present => present with { Status = status }, confirmed: null, cancellationToken);
        return reply.Of(change, PathOf(id), status == "published" ? ManageTexts.TrailPublished : ManageTexts.TrailArchived);
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> DeleteAsync(
        long id, Viewer viewer, TrailEditing editing, Reply reply, CancellationToken cancellationToken)
    {
        var change = await editing.DeleteAsync(viewer.Managed, id, cancellationToken);
        return reply.Of(change, change is Change<Trail>.Made ? $"{ManagePages.Path}/trails" : PathOf(id), ManageTexts.TrailDeleted);
    }

    private static async Task<IReadOnlyList<TrailChoice>> FindAsync(
        Form form, Viewer viewer, TrailChoices choices, CancellationToken cancellationToken) =>
        Lists.Search(form.Text("find")) is { } search
            ? await choices.FindAsync(viewer.InstitutionId, search, MostFound, cancellationToken) : [];
}

/// <param name="First">Null where this is the first page.</param>
public sealed record TrailsModel(IReadOnlyList<Trail> Trails, string? Next, string? First);

public sealed record TrailModel(Trail Trail, IReadOnlyList<TrailParticipation> Participants, string? Next, string? First);

/// <param name="Trail">Null: a new one.</param>
/// <param name="Found">What was searched for, to be added.</param>
public sealed record TrailFormModel(Trail? Trail, Form Form, IReadOnlyList<TrailChoice> Found);
