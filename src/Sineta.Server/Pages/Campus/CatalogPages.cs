using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Learning.Catalog;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Progress;

namespace Sineta.Server.Pages.Campus;

/// <summary>Where learners choose what to learn, and go on with what they began.</summary>
internal static class CatalogPages
{
    private const int PageSize = 24;
    private const int MostToContinue = 3;
    private const int MostOwn = 200;

    public static void Map(RouteGroupBuilder campus)
    {
        campus.MapGet("", ShowAsync);
        campus.MapPost("/catalog/{id:long}/start", StartAsync);
        campus.MapGet("/courses", ShowOwnAsync);
    }

    private static async Task<RazorComponentResult> ShowAsync(
        string? q, string? name, long? after, Viewer viewer, CourseCatalog catalog, StudyStore studies, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var search = Lists.Search(q);
        var from = after is { } id ? (Lists.Search(name) ?? "", id) : default((string, long)?);
        var filter = new CourseFilter(CourseStatus.Published, Search: search);
        var courses = await catalog.ListAsync(viewer.InstitutionId, filter, from, PageSize + 1, cancellationToken);
        var own = await studies.InCoursesAsync(
            viewer.InstitutionId, viewer.LearnerId, [.. courses.Select(c => c.Course.Id)], cancellationToken);
        var begun = search is null && from is null
            ? await studies.OfLearnerAsync(viewer.InstitutionId, viewer.LearnerId, MostOwn, cancellationToken) : [];
        var today = viewer.Today(time);
        return CatalogPage.Of(new(
            search, [.. courses.Take(PageSize).Select(c => CourseCard.Of(c, own.GetValueOrDefault(c.Course.Id), today))],
            [.. begun.Where(s => IsBegun(s, today)).Take(MostToContinue).Select(s => CourseCard.Of(s, today))],
            courses.Count > PageSize ? courses[PageSize - 1].Course : null, IsFirst: from is null));
    }

    private static Task<IResult> StartAsync(
        long id, HttpContext context, Viewer viewer, Enrolling enrolling, CancellationToken cancellationToken) =>
        enrolling.BeginAsync(context, viewer, id, contentId: null, EnrollmentSource.CatalogCard, cancellationToken);

    private static async Task<RazorComponentResult> ShowOwnAsync(
        Viewer viewer, StudyStore studies, TimeProvider time, CancellationToken cancellationToken)
    {
        var own = await studies.OfLearnerAsync(viewer.InstitutionId, viewer.LearnerId, MostOwn, cancellationToken);
        return MyCoursesPage.Of([.. own.Select(s => CourseCard.Of(s, viewer.Today(time)))]);
    }

    private static bool IsBegun(CourseStudy study, DateOnly today) =>
        study.Enrollment.CompletedAt is null && study.Enrollment.StateOn(today) is EnrollmentState.Active;
}

/// <param name="Search">What is searched for; null: everything is shown.</param>
/// <param name="Begun">What the learner may go on with.</param>
/// <param name="Last">After which the next page begins; null on the last page.</param>
public sealed record CatalogModel(
    string? Search, IReadOnlyList<CourseCard> Courses, IReadOnlyList<CourseCard> Begun, Course? Last, bool IsFirst);

/// <summary>A course as its card shows it.</summary>
/// <param name="Study">The learner's time in it; null where they were never enrolled.</param>
/// <param name="State">Of that enrolment, today.</param>
/// <param name="Lessons">How many there are; null where the card does not say.</param>
public sealed record CourseCard(
    long Id, string Name, string SchoolName, int Hours, int? Lessons, Guid? CoverId, CourseStudy? Study, EnrollmentState? State)
{
    public static CourseCard Of(ListedCourse listed, CourseStudy? study, DateOnly today) => new(
        listed.Course.Id, listed.Course.Name, listed.SchoolName, listed.Course.WorkloadHours, listed.Lessons, listed.Course.CoverId, study,
        study?.Enrollment.StateOn(today));

    public static CourseCard Of(CourseStudy study, DateOnly today) => new(
        study.Enrollment.CourseId, study.CourseName, study.SchoolName, study.WorkloadHours, Lessons: null, study.CoverId, study,
        study.Enrollment.StateOn(today));

    public bool IsCompleted => Study?.Enrollment.CompletedAt is not null;
}
