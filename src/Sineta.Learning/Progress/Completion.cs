using System.Globalization;
using Sineta.Learning.Enrollments;

namespace Sineta.Learning.Progress;

/// <summary>What a learner did with a content under an enrolment: begun, and then completed.</summary>
/// <param name="Id">Of this record, which is the events' <c>content.id</c>.</param>
/// <param name="CompletedAt">Null: begun only, or reset (R18).</param>
/// <param name="MediaSeconds">Where the learner is in a video or an audio.</param>
/// <param name="Answer">What was handed in, of the best attempt where it is a quiz.</param>
/// <param name="Correct">Whether all of it is right; null where nothing is graded.</param>
/// <param name="Best">What the best attempt was worth; null where nothing is graded.</param>
/// <param name="Attempts">How often the quiz was submitted.</param>
/// <param name="AttemptsAtReset">How often it had been when the completion was reset; null: it never was.</param>
public sealed record Completion(
    long Id, long EnrollmentId, long ContentId, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt, int? MediaSeconds, string? Answer,
    bool? Correct, Score? Best, int Attempts, int? AttemptsAtReset)
{
    /// <summary>The attempts that count for a quiz's maximum.</summary>
    public int AttemptsSinceReset => Attempts - (AttemptsAtReset ?? 0);

    /// <summary>The position as the events show it, HH:mm:ss.</summary>
    internal string? CurrentTime => MediaSeconds is { } seconds
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}") : null;
}

/// <summary>What a learner did with a content.</summary>
/// <param name="EnrollmentId">Under which enrolment.</param>
public sealed record CompletionRequest(long EnrollmentId, long ContentId)
{
    /// <summary>Who does it, where it is the learner: another's enrolment is not found then. Null: a system does it for them.</summary>
    public long? LearnerId { get; init; }

    /// <summary>text, live: what the learner wrote, at most 16 KiB.</summary>
    public string? Answer { get; init; }

    /// <summary>quiz: what was given, by question.</summary>
    public IReadOnlyList<QuestionAnswer>? Answers { get; init; }

    /// <summary>video, audio: percent that were played, 0 to 100.</summary>
    public int? PlayedShare { get; init; }

    /// <summary>video, audio: the position, in seconds.</summary>
    public int? MediaPosition { get; init; }
}

/// <summary>What a completion came to.</summary>
/// <param name="Enrollment">As it is now: its course may have been completed with it.</param>
/// <param name="Progress">Whole percent of the course.</param>
/// <param name="IsNew">It was completed just now; otherwise it was so before.</param>
/// <param name="Graded">quiz: this attempt.</param>
public sealed record CompletionResult(Completion Completion, Enrollment Enrollment, int Progress, bool IsNew, GradedQuiz? Graded);
