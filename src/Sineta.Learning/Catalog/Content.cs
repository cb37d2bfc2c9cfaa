namespace Sineta.Learning.Catalog;

/// <summary>What is studied: a text, a medium, a live lesson or a quiz. <see cref="ContentRules"/> say which kind has what.</summary>
/// <param name="Position">Where it stands in its lesson, from 1.</param>
/// <param name="Published">Whether learners see it.</param>
/// <param name="Required">Whether it counts for the course's progress, once published.</param>
/// <param name="Body">Markdown: what is read, or what stands above a medium or a quiz.</param>
/// <param name="Url">Where a medium or a live lesson is, unless it was uploaded.</param>
/// <param name="FileId">The medium, where it was uploaded.</param>
/// <param name="RequiredShare">Percent of a medium that have to be played (R6).</param>
/// <param name="StartsAt">When a live lesson begins.</param>
/// <param name="MaxAttempts">How often a quiz may be submitted; null: as often as one likes.</param>
/// <param name="Explanation">The author's, shown after the completion; it goes out with the event.</param>
public sealed record Content(
    long Id, long CourseId, long LessonId, ContentKind Kind, string Title, int Position, bool Published, bool Required, string? Body,
    string? Url, Guid? FileId, int? RequiredShare, DateTimeOffset? StartsAt, int? MaxAttempts, string? Explanation)
{
    /// <summary>Whether it counts for the course's progress (R7).</summary>
    public bool Counts => Published && Required;
}

/// <summary>What a content is, and so when it is completed (R6).</summary>
public enum ContentKind
{
    /// <summary>Completed when read to the end.</summary>
    Text,

    /// <summary>Completed when played to the required share.</summary>
    Video,

    /// <summary>Completed when played to the required share.</summary>
    Audio,

    /// <summary>Completed when read to the end.</summary>
    Pdf,

    /// <summary>Completed when attended.</summary>
    Live,

    /// <summary>Completed when submitted, right or wrong.</summary>
    Quiz,
}

/// <summary>A question of a quiz.</summary>
/// <param name="Position">Where it stands in its quiz, from 1.</param>
/// <param name="Options">What can be chosen; empty for a short text.</param>
/// <param name="RightOptions">The places of the right options, from 0.</param>
/// <param name="RightTexts">What is taken for right, by any case and accent; empty where one chooses.</param>
/// <param name="Points">What a right answer gives.</param>
/// <param name="Explanation">Shown after the submission.</param>
public sealed record Question(
    long Id, long ContentId, int Position, QuestionKind Kind, string Text, IReadOnlyList<string> Options, IReadOnlyList<int> RightOptions,
    IReadOnlyList<string> RightTexts, decimal Points, string? Explanation);

/// <summary>How a question is answered.</summary>
public enum QuestionKind
{
    /// <summary>By one of the options.</summary>
    Single,

    /// <summary>By some of the options: right where they are all the right ones and no other.</summary>
    Multiple,

    /// <summary>By a few words.</summary>
    ShortText,
}
