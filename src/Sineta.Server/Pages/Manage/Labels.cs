using Sineta.Events;
using Sineta.Learning.Catalog;
using Sineta.Learning.Enrollments;
using Sineta.Learning.People;
using Sineta.Learning.Trails;

namespace Sineta.Server.Pages.Manage;

/// <summary>States and kinds in the page's language, with the tone of their badge or their icon.</summary>
internal static class Labels
{
    public static (string Text, string Tone) Of(CourseStatus status) => status switch
    {
        CourseStatus.Published => (ManageTexts.StatusPublished, "ok"),
        CourseStatus.Archived => (ManageTexts.StatusArchived, "still"),
        _ => (ManageTexts.StatusDraft, "wait"),
    };

    public static (string Text, string Tone) Of(TrailStatus status) => status switch
    {
        TrailStatus.Published => (ManageTexts.StatusPublished, "ok"),
        TrailStatus.Archived => (ManageTexts.StatusArchived, "still"),
        _ => (ManageTexts.StatusDraft, "wait"),
    };

    public static (string Text, string Tone) Of(EnrollmentState state) => state switch
    {
        EnrollmentState.Active => (ManageTexts.StateActive, "ok"),
        EnrollmentState.Scheduled => (ManageTexts.StateScheduled, "wait"),
        EnrollmentState.Suspended => (ManageTexts.StateSuspended, "wait"),
        EnrollmentState.Expired => (ManageTexts.StateExpired, "still"),
        _ => (ManageTexts.StateCancelled, "bad"),
    };

    public static (string Text, string Icon) Of(ContentKind kind) => kind switch
    {
        ContentKind.Text => (ManageTexts.KindText, "file-text"),
        ContentKind.Video => (ManageTexts.KindVideo, "camera-video"),
        ContentKind.Audio => (ManageTexts.KindAudio, "headphones"),
        ContentKind.Pdf => (ManageTexts.KindPdf, "file-earmark-pdf"),
        ContentKind.Live => (ManageTexts.KindLive, "calendar-event"),
        _ => (ManageTexts.KindQuiz, "patch-question"),
    };

    public static string Of(QuestionKind kind) => kind switch
    {
        QuestionKind.Single => ManageTexts.QuestionSingle,
        QuestionKind.Multiple => ManageTexts.QuestionMultiple,
        _ => ManageTexts.QuestionShortText,
    };

    public static string Of(Role role) => role switch
    {
        Role.Manager => ManageTexts.RoleManager,
        Role.Integrator => ManageTexts.RoleIntegrator,
        _ => ManageTexts.RoleLearner,
    };

    public static string Of(EnrollmentSource source) => source switch
    {
        EnrollmentSource.CatalogCard => ManageTexts.SourceCatalogCard,
        EnrollmentSource.CourseDetails => ManageTexts.SourceCourseDetails,
        EnrollmentSource.ContentItem => ManageTexts.SourceContentItem,
        EnrollmentSource.ClassInvite => ManageTexts.SourceClassInvite,
        EnrollmentSource.Api => ManageTexts.SourceApi,
        _ => ManageTexts.SourceImport,
    };

    public static string Of(CertificateType type) =>
        type is CertificateType.Achievement ? ManageTexts.TypeAchievement : ManageTexts.TypeParticipation;
}
