using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Learning.Catalog;
using Sineta.Learning.Certificates;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Progress;

namespace Sineta.Server.Pages.Campus;

/// <summary>A course: what it is about, what it has, and how far one is.</summary>
internal static class CoursePages
{
    public static void Map(RouteGroupBuilder campus)
    {
        var course = campus.MapGroup("/courses/{id:long}");
        course.MapGet("", ShowAsync);
        course.MapPost("/enrollment", EnrollAsync);
        course.MapPost("/contents/{contentId:long}/enrollment", EnrollByContentAsync);
    }

    private static async Task<Results<RazorComponentResult, NotFound>> ShowAsync(
        long id, Viewer viewer, CourseCatalog catalog, StudyStore studies, CompletionStore completions,
        CertificateTemplateStore templates, CertificateStore certificates, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await catalog.OutlineAsync(viewer.InstitutionId, id, cancellationToken) is not { } outline)
            return TypedResults.NotFound();
        var study = await studies.FindAsync(viewer.InstitutionId, viewer.LearnerId, id, cancellationToken);
        if (outline.Course.Status is not CourseStatus.Published && study is null)
            return TypedResults.NotFound();
        var done = study is null ? [] : await completions.ListAsync(viewer.InstitutionId, study.Enrollment.Id, cancellationToken);
        var template = outline.Course.CertificateTemplateId is { } templateId
            ? await templates.FindAsync(viewer.InstitutionId, templateId, cancellationToken) : null;
        var waiting = study is null || template is null
            ? [] : await certificates.WaitingOfUserAsync(viewer.InstitutionId, viewer.LearnerId, id, cancellationToken);
        return CoursePage.Of(new(StudiedOutline.Of(outline, done), study, study?.Enrollment.StateOn(viewer.Today(time)), template)
        {
            Earlier = [.. waiting.Where(w => w.EnrollmentId != study!.Enrollment.Id)],
        });
    }

    private static Task<IResult> EnrollAsync(
        long id, HttpContext context, Viewer viewer, Enrolling enrolling, CancellationToken cancellationToken) =>
        enrolling.BeginAsync(context, viewer, id, contentId: null, EnrollmentSource.CourseDetails, cancellationToken);

    private static async Task<IResult> EnrollByContentAsync(
        long id, long contentId, HttpContext context, Viewer viewer, Enrolling enrolling, ContentStore contents,
        CancellationToken cancellationToken)
    {
        var content = await contents.FindAsync(viewer.InstitutionId, contentId, cancellationToken);
        return content is { Published: true } && content.CourseId == id
            ? await enrolling.BeginAsync(context, viewer, id, contentId, EnrollmentSource.ContentItem, cancellationToken)
            : TypedResults.NotFound();
    }
}

/// <param name="Study">Null where the learner was never enrolled.</param>
/// <param name="State">Of that enrolment, today.</param>
/// <param name="Template">What certificates are made from; null: there are none.</param>
public sealed record CourseModel(StudiedOutline Outline, CourseStudy? Study, EnrollmentState? State, CertificateTemplate? Template)
{
    public Course Course => Outline.Course;

    /// <summary>Certificates of earlier enrolments that were not asked for yet.</summary>
    public IReadOnlyList<WaitingCertificate> Earlier { get; init; } = [];

    /// <summary>The learner may study now.</summary>
    public bool IsActive => State is EnrollmentState.Active;

    /// <summary>A click enrols.</summary>
    public bool CanEnroll =>
        Course.Status is CourseStatus.Published && State is null or EnrollmentState.Expired or EnrollmentState.Cancelled;
}

/// <summary>A course's contents as a learner sees them: what is published, with what they did with it.</summary>
public sealed record StudiedOutline(Course Course, string SchoolName, IReadOnlyList<StudiedLesson> Lessons)
{
    public IReadOnlyList<StudiedItem> Items { get; } = [.. Lessons.SelectMany(l => l.Items)];

    public static StudiedOutline Of(CourseOutline outline, IReadOnlyList<Completion> done)
    {
        var byContent = done.ToDictionary(c => c.ContentId);
        var lessons = outline.Lessons.Select(lesson => new StudiedLesson(
            lesson.Lesson,
            [.. lesson.Contents.Where(c => c.Published).Select(c => new StudiedItem(c, byContent.GetValueOrDefault(c.Id)))]));
        return new(outline.Course, outline.SchoolName, [.. lessons.Where(l => l.Items.Count > 0)]);
    }

    /// <summary>What comes after a content; null after the last.</summary>
    public Content? After(long contentId) =>
        Items.SkipWhile(i => i.Content.Id != contentId).Skip(1).FirstOrDefault()?.Content;
}

public sealed record StudiedLesson(Lesson Lesson, IReadOnlyList<StudiedItem> Items);

/// <param name="Completion">Null where it was never begun.</param>
public sealed record StudiedItem(Content Content, Completion? Completion)
{
    public bool IsCompleted => Completion?.CompletedAt is not null;
}
