using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Learning;
using Sineta.Learning.Catalog;
using Sineta.Learning.Progress;

namespace Sineta.Server.Pages.Manage;

/// <summary>A course's lessons: adding, naming, ordering and removing them.</summary>
internal static class LessonPages
{
    public static void Map(RouteGroupBuilder lessons)
    {
        lessons.MapGet("/{id:long}", ShowAsync);
        lessons.MapPost("/{id:long}", ChangeAsync);
        lessons.MapPost("/{id:long}/move", MoveAsync);
        lessons.MapPost("/{id:long}/remove", RemoveAsync);
    }

    public static string PathOf(long id) => $"{ManagePages.Path}/lessons/{id}";

    public static async Task<Results<RedirectHttpResult, RazorComponentResult, NotFound>> CreateAsync(
        long id, Form form, Viewer viewer, LessonStore lessons, CourseCatalog catalog, Reply reply, CancellationToken cancellationToken)
    {
        var change = await lessons.CreateAsync(viewer.Managed, id, new LessonDraft { Title = form.Text("title") }, cancellationToken);
        if (change is Change<Lesson>.Made(var lesson))
            return reply.Lead($"{CoursePages.PathOf(id)}#lesson-{lesson.Id}");
        if (await catalog.OutlineAsync(viewer.InstitutionId, id, cancellationToken) is not { } outline)
            return TypedResults.NotFound();
        form.Refuse(change);
        return CoursePage.Of(new(outline, form), StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<Results<RazorComponentResult, NotFound>> ShowAsync(
        long id, Viewer viewer, LessonStore lessons, CourseStore courses, CancellationToken cancellationToken) =>
        await lessons.FindAsync(viewer.InstitutionId, id, cancellationToken) is { } lesson
        && await courses.FindAsync(viewer.InstitutionId, lesson.CourseId, cancellationToken) is { } course
            ? LessonPage.Of(new(course, lesson, Form.Of(("title", lesson.Title)))) : TypedResults.NotFound();

    private static async Task<Results<RedirectHttpResult, RazorComponentResult, NotFound>> ChangeAsync(
        long id, Form form, Viewer viewer, LessonStore lessons, CourseStore courses, Reply reply, CancellationToken cancellationToken)
    {
        var change = await lessons.UpdateAsync(
            viewer.Managed, id, present => present with { Title = form.Text("title") }, cancellationToken);
        if (change is Change<Lesson>.Made(var made))
            return reply.Lead(CoursePages.PathOf(made.CourseId), ManageTexts.Saved);
        if (await lessons.FindAsync(viewer.InstitutionId, id, cancellationToken) is not { } lesson
            || await courses.FindAsync(viewer.InstitutionId, lesson.CourseId, cancellationToken) is not { } course)
            return TypedResults.NotFound();
        form.Refuse(change);
        return LessonPage.Of(new(course, lesson, form), StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> MoveAsync(
        long id, Form form, Viewer viewer, LessonStore lessons, Reply reply, CancellationToken cancellationToken)
    {
        var position = Math.Max(form.Number("position") ?? 1, 1);
        var change = await lessons.UpdateAsync(viewer.Managed, id, present => present with { Position = position }, cancellationToken);
        return change is Change<Lesson>.Made(var lesson)
            ? reply.Lead($"{CoursePages.PathOf(lesson.CourseId)}#lesson-{id}") : TypedResults.NotFound();
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult, NotFound>> RemoveAsync(
        long id, Form form, Viewer viewer, LessonStore lessons, CourseEditing editing, Reply reply, CancellationToken cancellationToken)
    {
        if (await lessons.FindAsync(viewer.InstitutionId, id, cancellationToken) is not { } lesson)
            return TypedResults.NotFound();
        var change = await editing.RemoveLessonAsync(viewer.Managed, id, form.Number("confirmed"), cancellationToken);
        return change switch
        {
            Change<Lesson>.Made => reply.Lead(CoursePages.PathOf(lesson.CourseId), ManageTexts.LessonRemoved),
            Change<Lesson>.Unconfirmed(var completions) => ConfirmPage.Of(new(
                ManageTexts.RemoveLesson, lesson.Title, ManageTexts.WouldComplete.With(completions), completions, $"{PathOf(id)}/remove",
                PathOf(id), form, IsRemoval: true)),
            _ => TypedResults.NotFound(),
        };
    }
}

public sealed record LessonModel(Course Course, Lesson Lesson, Form Form);
