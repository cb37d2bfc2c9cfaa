using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Learning;
using Sineta.Learning.Catalog;
using Sineta.Learning.People;

namespace Sineta.Server.Pages.Manage;

/// <summary>Courses: the list, a new one, the builder with its outline, and the settings.</summary>
internal static class CoursePages
{
    /// <summary>How many schools and templates a course's form lets choose from.</summary>
    private const int MostChoices = 200;

    public static void Map(RouteGroupBuilder courses)
    {
        courses.MapGet("", ListAsync);
        courses.MapGet("/new", NewAsync);
        courses.MapPost("", CreateAsync).TakesFiles();
        courses.MapGet("/{id:long}", ShowAsync);
        courses.MapGet("/{id:long}/settings", ShowSettingsAsync);
        courses.MapPost("/{id:long}/settings", ChangeAsync).TakesFiles();
        courses.MapPost("/{id:long}/status", ChangeStatusAsync);
        courses.MapPost("/{id:long}/delete", DeleteAsync);
        courses.MapPost("/{id:long}/lessons", LessonPages.CreateAsync);
    }

    public static string PathOf(long id) => $"{ManagePages.Path}/courses/{id}";

    private static async Task<RazorComponentResult> ListAsync(
        string? search, string? status, string? after, Viewer viewer, CourseCatalog catalog, CancellationToken cancellationToken)
    {
        var filter = new CourseFilter(Words.TryParse<CourseStatus>(status, out var only) ? only : null, Search: Lists.Search(search));
        var courses = await catalog.ListAsync(
            viewer.InstitutionId, filter, Lists.After(after), ManagePages.PageSize + 1, cancellationToken);
        var address = LocalUrl.With($"{ManagePages.Path}/courses", "search", filter.Search);
        address = LocalUrl.With(address, "status", filter.Status is null ? null : status);
        return CoursesPage.Of(new(
            [.. courses.Take(ManagePages.PageSize)], filter,
            Lists.Next(courses, ManagePages.PageSize, address, static c => Lists.After(c.Course.Name, c.Course.Id)),
            after is null ? null : address));
    }

    private static async Task<RazorComponentResult> NewAsync(
        Viewer viewer, SchoolStore schools, CertificateTemplateStore templates, CancellationToken cancellationToken)
    {
        var choices = await ChoicesAsync(viewer, schools, templates, cancellationToken);
        var draft = new CourseDraft { SchoolId = choices.Schools.Count == 1 ? choices.Schools[0].Id : null };
        return NewCoursePage.Of(new(CourseForm.Of(draft), choices));
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult>> CreateAsync(
        Form form, Viewer viewer, HttpRequest request, CourseStore courses, SchoolStore schools, CertificateTemplateStore templates,
        FileStore files, Reply reply, CancellationToken cancellationToken)
    {
        await Uploads.TakeAsync(form, request, "cover", viewer.Managed, files, cancellationToken);
        var draft = CourseForm.Read(form, new CourseDraft());
        var change = form.HasFaults ? null : await courses.CreateAsync(viewer.Managed, draft, cancellationToken);
        if (change is Change<Course>.Made(var course))
            return reply.Lead(PathOf(course.Id), ManageTexts.CourseCreated);
        CourseForm.Refuse(form, draft, change);
        return NewCoursePage.Of(
            new(form, await ChoicesAsync(viewer, schools, templates, cancellationToken)), StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<Results<RazorComponentResult, NotFound>> ShowAsync(
        long id, Viewer viewer, CourseCatalog catalog, CancellationToken cancellationToken) =>
        await catalog.OutlineAsync(viewer.InstitutionId, id, cancellationToken) is { } outline
            ? CoursePage.Of(new(outline, Form.Of())) : TypedResults.NotFound();

    private static async Task<Results<RazorComponentResult, NotFound>> ShowSettingsAsync(
        long id, Viewer viewer, CourseStore courses, SchoolStore schools, CertificateTemplateStore templates,
        CancellationToken cancellationToken) =>
        await courses.FindAsync(viewer.InstitutionId, id, cancellationToken) is { } course
            ? CourseSettingsPage.Of(
                new(course, CourseForm.Of(CourseDraft.Of(course)), await ChoicesAsync(viewer, schools, templates, cancellationToken)))
            : TypedResults.NotFound();

    private static async Task<Results<RedirectHttpResult, RazorComponentResult, NotFound>> ChangeAsync(
        long id, Form form, Viewer viewer, HttpRequest request, CourseStore courses, SchoolStore schools,
        CertificateTemplateStore templates,
        FileStore files, Reply reply, CancellationToken cancellationToken)
    {
        if (await courses.FindAsync(viewer.InstitutionId, id, cancellationToken) is not { } course)
            return TypedResults.NotFound();
        await Uploads.TakeAsync(form, request, "cover", viewer.Managed, files, cancellationToken);
        var draft = CourseForm.Read(form, CourseDraft.Of(course));
        var change = form.HasFaults ? null
            : await courses.UpdateAsync(viewer.Managed, id, present => CourseForm.Read(form, present), cancellationToken);
        if (change is Change<Course>.Made)
            return reply.Lead(PathOf(id), ManageTexts.Saved);
        CourseForm.Refuse(form, draft, change);
        return CourseSettingsPage.Of(
            new(course, form, await ChoicesAsync(viewer, schools, templates, cancellationToken)), StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> ChangeStatusAsync(
        long id, Form form, Viewer viewer, CourseStore courses, Reply reply, CancellationToken cancellationToken)
    {
        var status = form.Text("status");
        var change = await courses.UpdateAsync(viewer.Managed, id, present => present with { Status = status }, cancellationToken);
        return reply.Of(change, PathOf(id), status == "published" ? ManageTexts.CoursePublished : ManageTexts.CourseArchived);
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> DeleteAsync(
        long id, Viewer viewer, CourseStore courses, Reply reply, CancellationToken cancellationToken)
    {
        var change = await courses.DeleteAsync(viewer.Managed, id, cancellationToken);
        return change is Change<Course>.Made
            ? reply.Lead($"{ManagePages.Path}/courses", ManageTexts.CourseDeleted) : reply.Of(change, PathOf(id));
    }

    private static async Task<CourseChoices> ChoicesAsync(
        Viewer viewer, SchoolStore schools, CertificateTemplateStore templates, CancellationToken cancellationToken) => new(
            await schools.ListAsync(viewer.InstitutionId, after: 0, MostChoices, cancellationToken),
            await templates.ListAsync(viewer.InstitutionId, after: 0, MostChoices, cancellationToken));
}

/// <param name="First">Null where this is the first page.</param>
public sealed record CoursesModel(IReadOnlyList<ListedCourse> Courses, CourseFilter Filter, string? Next, string? First);

/// <summary>What a course's form lets choose from.</summary>
public sealed record CourseChoices(IReadOnlyList<School> Schools, IReadOnlyList<CertificateTemplate> Templates);

public sealed record NewCourseModel(Form Form, CourseChoices Choices);

public sealed record CourseSettingsModel(Course Course, Form Form, CourseChoices Choices);

/// <param name="Form">A new lesson that was refused.</param>
public sealed record CourseModel(CourseOutline Outline, Form Form);
