using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Learning;
using Sineta.Learning.Catalog;
using Sineta.Learning.Enrollments;
using Sineta.Learning.People;
using Sineta.Learning.Progress;

namespace Sineta.Server.Pages.Manage;

/// <summary>Enrolments: the list, a new one, and one with its progress and the actions on it.</summary>
internal static class EnrollmentPages
{
    private const int MostCourses = 500;

    private static readonly string[] Filters = ["course", "learner", "state"];

    public static void Map(RouteGroupBuilder enrollments)
    {
        enrollments.MapGet("", ListAsync);
        enrollments.MapGet("/new", NewAsync);
        enrollments.MapPost("", CreateAsync);
        enrollments.MapGet("/{id:long}", ShowAsync);
        enrollments.MapPost("/{id:long}/renew", RenewAsync);
        enrollments.MapPost("/{id:long}/suspend", SuspendAsync);
        enrollments.MapPost("/{id:long}/resume", ResumeAsync);
        enrollments.MapPost("/{id:long}/cancel", CancelAsync);
        enrollments.MapPost("/{id:long}/again", EnrollAgainAsync);
        enrollments.MapPost("/{id:long}/contents/{contentId:long}/reset", ResetAsync);
    }

    public static string PathOf(long id) => $"{ManagePages.Path}/enrollments/{id}";

    private static async Task<RazorComponentResult> ListAsync(
        HttpRequest request, Viewer viewer, EnrollmentRoster roster, CourseCatalog catalog, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var form = Form.Of(request.Query.Select(static q => (q.Key, q.Value)));
        var courses = await catalog.ListAsync(viewer.InstitutionId, new CourseFilter(), after: null, MostCourses, cancellationToken);
        var filter = new EnrollmentFilter(
            UserId: null, form.LongNumber("course"), Words.TryParse<EnrollmentState>(form.Text("state"), out var state) ? state : null,
            Lists.Search(form.Text("learner")) is { } learner ? UserFilter.Of(learner) : null);
        var today = viewer.Today(time);
        var rows = form.HasFaults ? [] : await roster.ListAsync(
            viewer.InstitutionId, filter, today, form.LongNumber("after"), ManagePages.PageSize + 1, cancellationToken);
        var address = Filters.Aggregate(
            $"{ManagePages.Path}/enrollments", (path, name) => LocalUrl.With(path, name, form.TextOrNull(name)));
        var next = Lists.Next(rows, ManagePages.PageSize, address, static r => r.Enrollment.Id.ToString(CultureInfo.InvariantCulture));
        return EnrollmentsPage.Of(
            new([.. rows.Take(ManagePages.PageSize)], form, courses, today, next, form.TextOrNull("after") is null ? null : address));
    }

    private static async Task<RazorComponentResult> NewAsync(
        string? email, string? course, Viewer viewer, CourseCatalog catalog, CancellationToken cancellationToken) =>
        NewEnrollmentPage.Of(new(
            Form.Of(("email", email), ("course_id", course)), await PublishedAsync(viewer, catalog, cancellationToken)));

    private static async Task<Results<RedirectHttpResult, RazorComponentResult>> CreateAsync(
        Form form, Viewer viewer, UserStore users, CourseCatalog catalog, EnsureEnrollment enroll, Reply reply,
        CancellationToken cancellationToken)
    {
        var email = form.Required("email");
        var (course, last) = (form.LongNumber("course_id"), form.Day("date_expire"));
        if (course is null && form.FaultsOf("course_id").Count == 0)
            form.Refuse("course_id", Texts.MustBeGiven);
        var learner = await users.FindByEmailAsync(viewer.InstitutionId, email, cancellationToken);
        if (learner is null && email.Length > 0)
            form.Refuse("email", ManageTexts.NoSuchEmail);
        if (!form.HasFaults)
        {
            var request = new EnrollmentRequest(learner!.Id, course!.Value, EnrollmentSource.Api) { DateExpire = last };
            var change = await enroll.RunAsync(viewer.Managed, request, cancellationToken);
            if (change is Change<EnsuredEnrollment>.Made(var ensured))
                return Lead(ensured, last, reply);
            form.Refuse(change);
            if (change is Change<EnsuredEnrollment>.Unknown(var sentence))
                form.Refuse("course_id", Sentences.InPageLanguage(sentence));
        }

        return NewEnrollmentPage.Of(
            new(form, await PublishedAsync(viewer, catalog, cancellationToken)), StatusCodes.Status422UnprocessableEntity);
    }

    // A last day was given to an enrolment that was there already, which has its own: the page opens where it can be given.
    private static RedirectHttpResult Lead(EnsuredEnrollment ensured, DateOnly? last, Reply reply)
    {
        var path = PathOf(ensured.Enrollment.Id);
        return ensured.IsNew || last is null || last == ensured.Enrollment.DateExpire
            ? reply.Lead(path, ensured.IsNew ? ManageTexts.EnrollmentMade : ManageTexts.EnrollmentWas)
            : reply.Warn(
                LocalUrl.With(path, "renew", last.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
                ManageTexts.LastDayUnused.With(last.Value.ToString("d", CultureInfo.CurrentCulture)));
    }

    private static Task<Results<RazorComponentResult, NotFound>> ShowAsync(
        long id, string? renew, Viewer viewer, EnrollmentRoster roster, TimeProvider time, CancellationToken cancellationToken) =>
        PageAsync(id, Form.Of(("date_expire", renew)), viewer, roster, time, cancellationToken);

    private static async Task<Results<RazorComponentResult, NotFound>> PageAsync(
        long id, Form form, Viewer viewer, EnrollmentRoster roster, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await roster.FindAsync(viewer.InstitutionId, id, cancellationToken) is not { } row)
            return TypedResults.NotFound();
        var contents = await roster.ContentsAsync(viewer.InstitutionId, id, row.Enrollment.CourseId, cancellationToken);
        return EnrollmentPage.Of(
            new(row, contents, viewer.Today(time), form),
            form.HasFaults ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    private static async Task<IResult> RenewAsync(
        long id, Form form, Viewer viewer, EnrollmentLifecycle lifecycle, EnrollmentRoster roster, TimeProvider time, Reply reply,
        CancellationToken cancellationToken)
    {
        var last = form.Day("date_expire");
        var change = form.HasFaults
            ? new Change<Enrollment>.Refused([]) : await lifecycle.RenewAsync(viewer.Managed, id, last, cancellationToken);
        if (change is not Change<Enrollment>.Refused(var faults))
            return reply.Of(change, PathOf(id), ManageTexts.EnrollmentRenewed).Result;
        form.Refuse(faults);
        return (await PageAsync(id, form, viewer, roster, time, cancellationToken)).Result;
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> SuspendAsync(
        long id, Viewer viewer, EnrollmentLifecycle lifecycle, Reply reply, CancellationToken cancellationToken) =>
        reply.Of(await lifecycle.SuspendAsync(viewer.Managed, id, cancellationToken), PathOf(id), ManageTexts.EnrollmentSuspended);

    private static async Task<Results<RedirectHttpResult, NotFound>> ResumeAsync(
        long id, Viewer viewer, EnrollmentLifecycle lifecycle, Reply reply, CancellationToken cancellationToken) =>
        reply.Of(await lifecycle.ResumeAsync(viewer.Managed, id, cancellationToken), PathOf(id), ManageTexts.EnrollmentResumed);

    private static async Task<Results<RedirectHttpResult, NotFound>> CancelAsync(
        long id, Viewer viewer, EnrollmentLifecycle lifecycle, Reply reply, CancellationToken cancellationToken) =>
        reply.Of(await lifecycle.CancelAsync(viewer.Managed, id, cancellationToken), PathOf(id), ManageTexts.EnrollmentCancelled);

    private static async Task<Results<RedirectHttpResult, NotFound>> EnrollAgainAsync(
        long id, Viewer viewer, EnrollmentStore enrollments, EnsureEnrollment enroll, Reply reply, CancellationToken cancellationToken)
    {
        if (await enrollments.FindAsync(viewer.InstitutionId, id, cancellationToken) is not { } ended)
            return TypedResults.NotFound();
        var request = new EnrollmentRequest(ended.UserId, ended.CourseId, EnrollmentSource.Api);
        var change = await enroll.RunAsync(viewer.Managed, request, cancellationToken);
        return change is Change<EnsuredEnrollment>.Made(var ensured)
            ? reply.Lead(PathOf(ensured.Enrollment.Id), ensured.IsNew ? ManageTexts.EnrollmentMade : ManageTexts.EnrollmentWas)
            : change is Change<EnsuredEnrollment>.Unknown(var sentence) ? reply.Fail(PathOf(id), sentence)
            : reply.Of(change, PathOf(id));
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> ResetAsync(
        long id, long contentId, Viewer viewer, ResetCompletion reset, Reply reply, CancellationToken cancellationToken) =>
        reply.Of(await reset.RunAsync(viewer.Managed, id, contentId, cancellationToken), PathOf(id), ManageTexts.CompletionReset);

    private static Task<IReadOnlyList<ListedCourse>> PublishedAsync(
        Viewer viewer, CourseCatalog catalog, CancellationToken cancellationToken) =>
        catalog.ListAsync(viewer.InstitutionId, new CourseFilter(CourseStatus.Published), after: null, MostCourses, cancellationToken);
}

/// <param name="Form">The filter, as it was asked for.</param>
/// <param name="First">Null where this is the first page.</param>
public sealed record EnrollmentsModel(
    IReadOnlyList<RosterRow> Rows, Form Form, IReadOnlyList<ListedCourse> Courses, DateOnly Today, string? Next, string? First);

public sealed record NewEnrollmentModel(Form Form, IReadOnlyList<ListedCourse> Courses);

/// <param name="Form">A renewal that was refused.</param>
public sealed record EnrollmentModel(RosterRow Row, IReadOnlyList<RosterContent> Contents, DateOnly Today, Form Form);
