using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Learning;
using Sineta.Learning.Catalog;
using Sineta.Learning.Classes;
using Sineta.Learning.People;

namespace Sineta.Server.Pages.Manage;

/// <summary>Classes: the list, a new one, and one with its students and the way to invite more.</summary>
internal static class ClassPages
{
    private const int MostCourses = 500;
    private const int MostFound = 20;

    private static readonly char[] Separators = ['\n', '\r', ',', ';', ' ', '\t'];

    public static void Map(RouteGroupBuilder classes)
    {
        classes.MapGet("", ListAsync);
        classes.MapPost("", CreateAsync);
        classes.MapGet("/new", NewAsync);
        classes.MapGet("/{id:long}", ShowAsync);
        classes.MapGet("/{id:long}/edit", EditAsync);
        classes.MapPost("/{id:long}/edit", ChangeAsync);
        classes.MapPost("/{id:long}/delete", DeleteAsync);
        classes.MapPost("/{id:long}/invite", InviteAsync);
        classes.MapPost("/{id:long}/students/{userId:long}/remove", RemoveStudentAsync);
    }

    public static string PathOf(long id) => $"{ManagePages.Path}/classes/{id}";

    private static async Task<RazorComponentResult> ListAsync(
        long? course, long? after, Viewer viewer, ClassStore classes, TimeProvider time, CancellationToken cancellationToken)
    {
        var found = await classes.ListAsync(viewer.InstitutionId, course, after ?? 0, ManagePages.PageSize + 1, cancellationToken);
        var address = LocalUrl.With($"{ManagePages.Path}/classes", "course", course?.ToString(CultureInfo.InvariantCulture));
        return ClassesPage.Of(new(
            [.. found.Take(ManagePages.PageSize)], viewer.Today(time),
            Lists.Next(found, ManagePages.PageSize, address, static c => c.Id.ToString(CultureInfo.InvariantCulture)),
            after is null ? null : address));
    }

    private static async Task<RazorComponentResult> NewAsync(
        long? course, Viewer viewer, CourseCatalog catalog, TimeProvider time, CancellationToken cancellationToken) =>
        ClassFormPage.Of(new(
            Class: null, Form.Of(("course_id", course?.ToString(CultureInfo.InvariantCulture)), ("starts_on", Written(viewer.Today(time)))),
            await PublishedAsync(viewer, catalog, cancellationToken)));

    private static async Task<Results<RedirectHttpResult, RazorComponentResult>> CreateAsync(
        Form form, Viewer viewer, ClassEditing editing, CourseCatalog catalog, Reply reply, CancellationToken cancellationToken)
    {
        var draft = Read(form, new ClassDraft { CourseId = form.LongNumber("course_id") });
        var change = form.HasFaults ? null : await editing.CreateAsync(viewer.Managed, draft, cancellationToken);
        if (change is Change<CourseClass>.Made(var made))
            return reply.Lead(PathOf(made.Id), ManageTexts.ClassCreated);
        if (change is not null)
            form.Refuse(change);
        return ClassFormPage.Of(
            new(Class: null, form, await PublishedAsync(viewer, catalog, cancellationToken)), StatusCodes.Status422UnprocessableEntity);
    }

    private static Task<Results<RazorComponentResult, NotFound>> ShowAsync(
        long id, string? search, long? after, Viewer viewer, ClassStore classes, UserStore users, TimeProvider time,
        CancellationToken cancellationToken) =>
        PageAsync(id, Form.Of(("search", search)), after, viewer, classes, users, time, cancellationToken);

    private static async Task<Results<RazorComponentResult, NotFound>> PageAsync(
        long id, Form form, long? after, Viewer viewer, ClassStore classes, UserStore users, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (await classes.FindAsync(viewer.InstitutionId, id, cancellationToken) is not { } found)
            return TypedResults.NotFound();
        var today = viewer.Today(time);
        var students = await classes.StudentsAsync(
            viewer.InstitutionId, id, today, after ?? 0, ManagePages.PageSize + 1, cancellationToken);
        var ids = ChosenIn(form);
        var chosen = ids.Count > 0 ? await users.FindAllAsync(viewer.InstitutionId, ids, cancellationToken) : [];
        IReadOnlyList<User> choices = Lists.Search(form.Text("search")) is { } wanted
            ? await users.ListAsync(viewer.InstitutionId, UserFilter.Of(wanted), after: null, MostFound + ids.Count, cancellationToken) : [];
        return ClassPage.Of(
            new(
                found, [.. students.Take(ManagePages.PageSize)], today, form,
                [.. chosen.OrderBy(static u => u.Name, StringComparer.CurrentCultureIgnoreCase)],
                [.. choices.ExceptBy(ids, static u => u.Id).Take(MostFound)],
                Lists.Next(students, ManagePages.PageSize, PathOf(id), static s => s.UserId.ToString(CultureInfo.InvariantCulture)),
                after is null ? null : PathOf(id)),
            form.HasFaults ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    private static async Task<Results<RazorComponentResult, NotFound>> EditAsync(
        long id, Viewer viewer, ClassStore classes, CancellationToken cancellationToken) =>
        await classes.FindAsync(viewer.InstitutionId, id, cancellationToken) is { } found
            ? ClassFormPage.Of(new(
                found,
                Form.Of(("name", found.Name), ("starts_on", Written(found.StartsOn)), ("ends_on", found.EndsOn is { } end ? Written(end) : "")), []))
            : TypedResults.NotFound();

    private static async Task<Results<RedirectHttpResult, RazorComponentResult, NotFound>> ChangeAsync(
        long id, Form form, Viewer viewer, ClassStore classes, ClassEditing editing, Reply reply, CancellationToken cancellationToken)
    {
        if (await classes.FindAsync(viewer.InstitutionId, id, cancellationToken) is not { } found)
            return TypedResults.NotFound();
        var draft = Read(form, ClassDraft.Of(found));
        var change = form.HasFaults ? null : await editing.UpdateAsync(viewer.Managed, id, _ => draft, cancellationToken);
        if (change is Change<CourseClass>.Made)
            return reply.Lead(PathOf(id), ManageTexts.Saved);
        if (change is not null)
            form.Refuse(change);
        return ClassFormPage.Of(new(found, form, []), StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> DeleteAsync(
        long id, Viewer viewer, ClassEditing editing, Reply reply, CancellationToken cancellationToken)
    {
        var change = await editing.DeleteAsync(viewer.Managed, id, cancellationToken);
        return reply.Of(change, change is Change<CourseClass>.Made ? $"{ManagePages.Path}/classes" : PathOf(id), ManageTexts.ClassDeleted);
    }

    private static async Task<IResult> InviteAsync(
        long id, Form form, Viewer viewer, InviteStudents invite, ClassStore classes, UserStore users, TimeProvider time, Reply reply,
        CancellationToken cancellationToken)
    {
        if (Choose(form))
            return (await PageAsync(id, form, after: null, viewer, classes, users, time, cancellationToken)).Result;
        var emails = form.Text("emails").Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var typed = await Emails.FindAsync(form, "emails", emails, viewer, users, cancellationToken);
        long[] wanted = [.. typed.Union(ChosenIn(form))];
        if (wanted.Length == 0 && !form.HasFaults)
            form.Refuse("emails", ManageTexts.NobodyChosen);
        if (!form.HasFaults)
        {
            switch (await invite.RunAsync(viewer.Managed, id, wanted, cancellationToken))
            {
                case Change<IReadOnlyList<InvitedStudent>>.Made(var students):
                    return reply.Lead(PathOf(id), ManageTexts.Invited.With(students.Count, students.Count(static s => s.IsNew)));
                case Change<IReadOnlyList<InvitedStudent>>.Refused(var faults):
                    form.Refuse(faults.Select(static f => f with { Pointer = "/emails" }));
                    break;
                case Change<IReadOnlyList<InvitedStudent>>.Impossible(var sentence):
                    form.Refuse("emails", Sentences.InPageLanguage(sentence));
                    break;
                default:
                    return TypedResults.NotFound();
            }
        }

        return (await PageAsync(id, form, after: null, viewer, classes, users, time, cancellationToken)).Result;
    }

    /// <summary>Does what a button of the choice asks for; false where none was pressed, so that they are to be invited.</summary>
    private static bool Choose(Form form)
    {
        if (form.TextOrNull("do") is not { } asked)
            return false;
        if (asked.Split(':') is ["drop", var dropped])
            form.Put("user", form.All("user").Where(u => u != dropped).ToArray());
        return true;
    }

    private static HashSet<long> ChosenIn(Form form) =>
    [
        .. form.All("user").Select(
            static u => long.TryParse(u, NumberStyles.None, CultureInfo.InvariantCulture, out var user) ? user : 0),
    ];

    private static async Task<Results<RedirectHttpResult, NotFound>> RemoveStudentAsync(
        long id, long userId, Viewer viewer, ClassEditing editing, Reply reply, CancellationToken cancellationToken) =>
        reply.Of(await editing.RemoveStudentAsync(viewer.Managed, id, userId, cancellationToken), PathOf(id), ManageTexts.StudentRemoved);

    private static ClassDraft Read(Form form, ClassDraft present) =>
        present with { Name = form.Text("name"), StartsOn = form.Day("starts_on"), EndsOn = form.Day("ends_on") };

    private static string Written(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Task<IReadOnlyList<ListedCourse>> PublishedAsync(
        Viewer viewer, CourseCatalog catalog, CancellationToken cancellationToken) =>
        catalog.ListAsync(viewer.InstitutionId, new CourseFilter(CourseStatus.Published), after: null, MostCourses, cancellationToken);
}

/// <param name="First">Null where this is the first page.</param>
public sealed record ClassesModel(IReadOnlyList<CourseClass> Classes, DateOnly Today, string? Next, string? First);

/// <param name="Class">Null: a new one.</param>
/// <param name="Courses">Those that a new one can be of.</param>
public sealed record ClassFormModel(CourseClass? Class, Form Form, IReadOnlyList<ListedCourse> Courses);

/// <param name="Form">The invitation.</param>
/// <param name="Chosen">Users who are to be invited.</param>
/// <param name="Found">Users who were searched for, to be chosen.</param>
public sealed record ClassModel(
    CourseClass Class, IReadOnlyList<ClassStudent> Students, DateOnly Today, Form Form, IReadOnlyList<User> Chosen, IReadOnlyList<User> Found,
    string? Next, string? First);
