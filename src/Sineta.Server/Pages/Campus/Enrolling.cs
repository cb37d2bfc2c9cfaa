using Sineta.Learning;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Progress;

namespace Sineta.Server.Pages.Campus;

/// <summary>What the three buttons that enrol have in common: an open enrolment (R1), and then to what is to be studied.</summary>
internal sealed class Enrolling(EnsureEnrollment ensure, StudyStore studies, Notices notices, TimeProvider time)
{
    /// <param name="contentId">What was clicked on; null: whatever is next.</param>
    public async Task<IResult> BeginAsync(
        HttpContext context, Viewer viewer, long courseId, long? contentId, EnrollmentSource source, CancellationToken cancellationToken)
    {
        var request = new EnrollmentRequest(viewer.LearnerId, courseId, source);
        switch (await ensure.RunAsync(viewer.School, request, cancellationToken))
        {
            case Change<EnsuredEnrollment>.Unknown:
                return TypedResults.NotFound();
            case Change<EnsuredEnrollment>.Made({ } ensured):
                if (ensured.IsNew)
                    notices.Leave(context, new Notice(CampusTexts.EnrolledNow));
                var isActive = ensured.Enrollment.StateOn(viewer.Today(time)) is EnrollmentState.Active;
                var next = isActive ? contentId ?? await NextAsync(viewer, courseId, cancellationToken) : null;
                return TypedResults.LocalRedirect(next is { } id ? CampusPages.Content(courseId, id) : CampusPages.Course(courseId));
            default:
                notices.Leave(context, new Notice(CampusTexts.EnrollingClosed, Notice.Warning));
                return TypedResults.LocalRedirect(CampusPages.Path);
        }
    }

    private async Task<long?> NextAsync(Viewer viewer, long courseId, CancellationToken cancellationToken) =>
        (await studies.FindAsync(viewer.InstitutionId, viewer.LearnerId, courseId, cancellationToken))?.NextContentId;
}
