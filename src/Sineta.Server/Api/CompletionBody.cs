using System.ComponentModel.DataAnnotations;
using Sineta.Events;
using Sineta.Learning.Progress;

namespace Sineta.Server.Api;

/// <summary>What a learner did with a content, as the API shows it.</summary>
/// <param name="Id">The content.id of its event.</param>
/// <param name="CompletedAt">Null: begun only, or reset.</param>
/// <param name="MediaPosition">Where the learner is in the medium, in seconds.</param>
/// <param name="Points">Of the best attempt; null where nothing is graded.</param>
/// <param name="Score">Of the best attempt, 0 to 100.</param>
/// <param name="Attempts">How often the quiz was submitted.</param>
public sealed record CompletionBody(
    long Id, long ContentId, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt, int? MediaPosition, string? Answer, bool? Correct,
    decimal? Points, decimal? Score, int Attempts)
{
    internal static CompletionBody Of(Completion completion) => new(
        completion.Id, completion.ContentId, completion.StartedAt, completion.CompletedAt, completion.MediaSeconds, completion.Answer,
        completion.Correct, completion.Best?.Points, completion.Best is { } best ? decimal.Round(best.Percent, 4) : null,
        completion.Attempts);
}

/// <summary>What a completion came to.</summary>
/// <param name="Progress">Whole percent of the course.</param>
/// <param name="CourseCompletedAt">When the course was completed; null: not yet.</param>
/// <param name="Graded">quiz: this attempt, by question.</param>
public sealed record CompletionResultBody(
    CompletionBody Completion, int Progress, DateTimeOffset? CourseCompletedAt, IReadOnlyList<GradedAnswerBody>? Graded)
{
    internal static CompletionResultBody Of(CompletionResult result) => new(
        CompletionBody.Of(result.Completion), result.Progress, result.Enrollment.CompletedAt,
        result.Graded is { } graded
            ? [.. graded.Answers.Select(a => new GradedAnswerBody(a.QuestionId, a.Given, a.Correct, a.Points))] : null);
}

/// <param name="Given">As it can be read.</param>
public sealed record GradedAnswerBody(long QuestionId, string Given, bool Correct, decimal Points);

/// <param name="Data">In the order in which they were begun.</param>
public sealed record CompletionsBody(IReadOnlyList<CompletionBody> Data);

/// <summary>A content that was completed.</summary>
public sealed record CompletionDraft
{
    [Required]
    public long? ContentId { get; init; }

    /// <summary>text, live: what the learner wrote, at most 16 KiB.</summary>
    public string? Answer { get; init; }

    /// <summary>quiz: what was given, by question. A question that is left out is answered wrong.</summary>
    public IReadOnlyList<QuestionAnswerDraft>? Answers { get; init; }

    /// <summary>video, audio: percent that were played.</summary>
    [Range(0, 100)]
    public int? PlayedShare { get; init; }

    /// <summary>video, audio: the position, in seconds.</summary>
    public int? MediaPosition { get; init; }

    internal IReadOnlyList<Fault> Faults() => ContentId is null ? [new("/content_id", "Must be given.")] : [];

    internal CompletionRequest Of(long enrollmentId) => new(enrollmentId, ContentId ?? 0)
    {
        Answer = Answer,
        Answers = Answers is null ? null : [.. Answers.Select(a => new QuestionAnswer(a.QuestionId, a.Options, a.Text))],
        PlayedShare = PlayedShare,
        MediaPosition = MediaPosition,
    };
}

/// <param name="Options">The places of the chosen options, from 0.</param>
/// <param name="Text">The answer to a question of kind short_text.</param>
public sealed record QuestionAnswerDraft(long QuestionId, IReadOnlyList<int>? Options = null, string? Text = null);

/// <param name="MediaPosition">video, audio: the position, in seconds.</param>
public sealed record StartDraft(int? MediaPosition = null);
