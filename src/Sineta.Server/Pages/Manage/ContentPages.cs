using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Learning;
using Sineta.Learning.Catalog;
using Sineta.Learning.Progress;

namespace Sineta.Server.Pages.Manage;

/// <summary>The contents of lessons: a new one of each kind, and changing, ordering, showing, hiding and removing them.</summary>
internal static class ContentPages
{
    public static void Map(RouteGroupBuilder manage)
    {
        manage.MapGet("/lessons/{id:long}/contents/new", NewAsync);
        manage.MapPost("/lessons/{id:long}/contents", CreateAsync).TakesFiles();
        var contents = manage.MapGroup("/contents/{id:long}");
        contents.MapGet("", ShowAsync);
        contents.MapPost("", ChangeAsync).TakesFiles();
        contents.MapPost("/move", MoveAsync);
        contents.MapPost("/published", PublishAsync);
        contents.MapPost("/remove", RemoveAsync);
    }

    public static string PathOf(long id) => $"{ManagePages.Path}/contents/{id}";

    private static async Task<Results<RazorComponentResult, NotFound>> NewAsync(
        long id, string? kind, Viewer viewer, LessonStore lessons, CourseStore courses, CancellationToken cancellationToken)
    {
        var chosen = Words.TryParse<ContentKind>(kind, out var known) ? known : ContentKind.Text;
        var form = ContentForm.Of(new ContentDraft { Kind = Words.Of(chosen), Published = true }, viewer.Managed.Clock);
        return await ModelOfAsync(viewer, id, content: null, chosen, form, lessons, courses, cancellationToken) is { } model
            ? ContentPage.Of(model) : TypedResults.NotFound();
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult, NotFound>> CreateAsync(
        long id, Form form, Viewer viewer, HttpRequest request, LessonStore lessons, CourseStore courses, ContentStore contents,
        FileStore files,
        Reply reply, CancellationToken cancellationToken)
    {
        var kind = Words.TryParse<ContentKind>(form.Text("kind"), out var known) ? known : ContentKind.Text;
        if (await ModelOfAsync(viewer, id, content: null, kind, form, lessons, courses, cancellationToken) is not { } model)
            return TypedResults.NotFound();
        if (QuizForm.Rearrange(form))
            return ContentPage.Of(model);
        await Uploads.TakeAsync(form, request, "file", viewer.Managed, files, cancellationToken);
        var draft = ContentForm.Read(form, new ContentDraft { Kind = Words.Of(kind) }, viewer.Managed.Clock);
        var change = form.HasFaults ? null : await contents.CreateAsync(viewer.Managed, id, draft, cancellationToken);
        if (change is Change<Content>.Made(var content))
            return reply.Lead($"{CoursePages.PathOf(content.CourseId)}#content-{content.Id}", ManageTexts.ContentAdded);
        ContentForm.Refuse(form, draft, change);
        return ContentPage.Of(model, StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<Results<RazorComponentResult, NotFound>> ShowAsync(
        long id, Viewer viewer, LessonStore lessons, CourseStore courses, ContentStore contents, QuestionStore questions,
        CancellationToken cancellationToken)
    {
        if (await contents.FindAsync(viewer.InstitutionId, id, cancellationToken) is not { } content)
            return TypedResults.NotFound();
        var asked = await questions.ListAsync(viewer.InstitutionId, id, cancellationToken);
        var form = ContentForm.Of(ContentDraft.Of(content, asked), viewer.Managed.Clock);
        return await ModelOfAsync(viewer, content.LessonId, content, content.Kind, form, lessons, courses, cancellationToken) is { } model
            ? ContentPage.Of(model) : TypedResults.NotFound();
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult, NotFound>> ChangeAsync(
        long id, Form form, Viewer viewer, HttpRequest request, LessonStore lessons, CourseStore courses, ContentStore contents,
        CourseEditing editing, FileStore files, Reply reply, CancellationToken cancellationToken)
    {
        if (await contents.FindAsync(viewer.InstitutionId, id, cancellationToken) is not { } content
                || await ModelOfAsync(viewer, content.LessonId, content, content.Kind, form, lessons, courses, cancellationToken) is not { } model)
            return TypedResults.NotFound();
        if (QuizForm.Rearrange(form))
            return ContentPage.Of(model);
        await Uploads.TakeAsync(form, request, "file", viewer.Managed, files, cancellationToken);
        var draft = ContentForm.Read(form, ContentDraft.Of(content, []), viewer.Managed.Clock);
        var confirmed = form.Number("confirmed");
        var change = form.HasFaults ? null : await editing.UpdateContentAsync(
            viewer.Managed, id, present => draft with { Position = draft.LessonId == present.LessonId ? present.Position : null }, confirmed,
            cancellationToken);
        if (change is Change<Content>.Made)
            return reply.Lead($"{CoursePages.PathOf(content.CourseId)}#content-{id}", ManageTexts.Saved);
        if (change is Change<Content>.Unconfirmed(var completions))
            return Confirm(content, ManageTexts.SaveContent, completions, PathOf(id), form, isRemoval: false);
        ContentForm.Refuse(form, draft, change);
        return ContentPage.Of(model, StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult, NotFound>> MoveAsync(
        long id, Form form, Viewer viewer, ContentStore contents, CourseEditing editing, Reply reply, CancellationToken cancellationToken)
    {
        var (lesson, position) = PlaceOf(form);
        return await EditAsync(
            id, form, viewer, contents, editing, reply,
            present => present with { LessonId = lesson ?? present.LessonId, Position = position }, cancellationToken);
    }

    /// <summary>Where a content is to stand: <c>3</c> in its lesson, <c>42/3</c> in that lesson of its course.</summary>
    private static (long? LessonId, int Position) PlaceOf(Form form)
    {
        var parts = form.Text("position").Split('/');
        var position = int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? Math.Max(place, 1) : 1;
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var lesson)
            ? (lesson, position) : (null, position);
    }

    private static Task<Results<RedirectHttpResult, RazorComponentResult, NotFound>> PublishAsync(
        long id, Form form, Viewer viewer, ContentStore contents, CourseEditing editing, Reply reply, CancellationToken cancellationToken)
    {
        var published = form.Has("published", "1");
        return EditAsync(id, form, viewer, contents, editing, reply, present => present with { Published = published }, cancellationToken);
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult, NotFound>> EditAsync(
        long id, Form form, Viewer viewer, ContentStore contents, CourseEditing editing, Reply reply, Func<ContentDraft, ContentDraft> edit,
        CancellationToken cancellationToken)
    {
        if (await contents.FindAsync(viewer.InstitutionId, id, cancellationToken) is not { } content)
            return TypedResults.NotFound();
        var back = $"{CoursePages.PathOf(content.CourseId)}#content-{id}";
        return await editing.UpdateContentAsync(viewer.Managed, id, edit, form.Number("confirmed"), cancellationToken) switch
        {
            Change<Content>.Made => reply.Lead(back),
            Change<Content>.Unconfirmed(var completions) =>
                Confirm(content, ManageTexts.HideContent, completions, $"{PathOf(id)}/published", form, isRemoval: false),
            Change<Content>.Refused(var faults) => reply.Fail(back, faults[0].Message),
            Change<Content>.Impossible(var sentence) => reply.Fail(back, sentence),
            _ => TypedResults.NotFound(),
        };
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult, NotFound>> RemoveAsync(
        long id, Form form, Viewer viewer, ContentStore contents, CourseEditing editing, Reply reply, CancellationToken cancellationToken)
    {
        if (await contents.FindAsync(viewer.InstitutionId, id, cancellationToken) is not { } content)
            return TypedResults.NotFound();
        return await editing.RemoveContentAsync(viewer.Managed, id, form.Number("confirmed"), cancellationToken) switch
        {
            Change<Content>.Made => reply.Lead(CoursePages.PathOf(content.CourseId), ManageTexts.ContentRemoved),
            Change<Content>.Unconfirmed(var completions) =>
                Confirm(content, ManageTexts.RemoveContent, completions, $"{PathOf(id)}/remove", form, isRemoval: true),
            _ => TypedResults.NotFound(),
        };
    }

    private static RazorComponentResult Confirm(Content content, string title, int completions, string action, Form form, bool isRemoval) =>
        ConfirmPage.Of(new(
            title, content.Title, ManageTexts.WouldComplete.With(completions), completions, action, PathOf(content.Id), form, isRemoval));

    private static async Task<ContentModel?> ModelOfAsync(
        Viewer viewer, long lessonId, Content? content, ContentKind kind, Form form, LessonStore lessons, CourseStore courses,
        CancellationToken cancellationToken) =>
        await lessons.FindAsync(viewer.InstitutionId, lessonId, cancellationToken) is { } lesson
        && await courses.FindAsync(viewer.InstitutionId, lesson.CourseId, cancellationToken) is { } course
            ? new ContentModel(
                course, lesson, content, kind, form,
                content is null ? [] : await lessons.ListAsync(viewer.InstitutionId, course.Id, cancellationToken) ?? [])
            : null;
}

/// <param name="Content">Null: a new one.</param>
/// <param name="Lessons">Where it can be moved; none where it is new.</param>
public sealed record ContentModel(
    Course Course, Lesson Lesson, Content? Content, ContentKind Kind, Form Form, IReadOnlyList<Lesson> Lessons);
