using Sineta.Learning.Catalog;

namespace Sineta.Learning.Progress;

/// <summary>A content that somebody studies, with what the events tell of its course.</summary>
internal sealed record StudiedContent(
    long Id, long LessonId, ContentKind Kind, bool IsPublished, int? RequiredShare, int? MaxAttempts, string? Explanation, long CourseId,
    long SchoolId, string CourseName, long? CertificateTemplateId,
    DateTimeOffset? StartsAt)
{
    public bool IsMedium => Kind is ContentKind.Video or ContentKind.Audio;

    public bool TakesAnswer => Kind is ContentKind.Text or ContentKind.Live;
}
