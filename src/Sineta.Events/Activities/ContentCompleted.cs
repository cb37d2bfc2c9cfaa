using Sineta.Events.Shapes;

namespace Sineta.Events;

/// <summary>A learner completed a content: <c>activities.content.completed</c>.</summary>
/// <param name="User">Who.</param>
/// <param name="Content">What was completed, and how.</param>
/// <param name="Course">The course it belongs to, and how far the learner now is.</param>
public sealed record ContentCompleted(Learner User, CompletedContent Content, CourseProgress Course) : ActivityEvent;

/// <summary>The record of one learner's completion of one content.</summary>
/// <param name="Id">Number of the completion record, not of the content.</param>
/// <param name="InstitutionId">Number of the institution.</param>
/// <param name="SchoolId">Number of the school.</param>
/// <param name="CourseId">Number of the course; equals <c>course.id</c>.</param>
/// <param name="LessonId">Number of the lesson.</param>
/// <param name="ContentId">Number of the content. Sineta fills it; another platform may leave it null.</param>
/// <param name="Answer">The learner's answer, at most 16 KiB.</param>
/// <param name="Correct">Whether the answer is right; null where nothing was graded.</param>
/// <param name="Explanation">The author's explanation, at most 16 KiB.</param>
/// <param name="Points">Points given, with at most two decimals.</param>
/// <param name="SendDate">When the answer was submitted, local time of the institution.</param>
/// <param name="Delivered">The learner handed something in.</param>
/// <param name="CurrentTime">Position in the media, <c>HH:mm:ss</c>; another platform may give a full timestamp.</param>
public sealed record CompletedContent(
    long Id,
    long InstitutionId,
    long SchoolId,
    [property: SameAs("course.id")] long CourseId,
    long LessonId,
    long? ContentId,
    [property: LongText] string? Answer,
    bool? Correct,
    [property: LongText] string? Explanation,
    [property: Number(-999_999_999, 999_999_999)] decimal? Points,
    DateTime? SendDate,
    bool Delivered,
    [property: MediaPosition] string? CurrentTime);

/// <summary>How far the learner is in the course.</summary>
/// <param name="Id">Number of the course.</param>
/// <param name="Name">Name of the course.</param>
/// <param name="CertificateId">Number of the course's certificate template; null where it has none.</param>
/// <param name="Progress">Whole percent, 0 to 100, after this completion; 100 only when the course is complete.</param>
public sealed record CourseProgress(long Id, string Name, long? CertificateId, [property: Integer(0, 100)] int Progress);
