using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Sineta.Delivery.Storage;

namespace Sineta.Learning.Catalog;

/// <summary>What is given of a content, as it was typed: <see cref="ContentRules"/> say whether it can be.</summary>
public sealed record ContentDraft
{
    /// <summary>text, video, audio, pdf, live or quiz; it stays what it was made.</summary>
    [Required, AllowedValues("text", "video", "audio", "pdf", "live", "quiz")]
    public string? Kind { get; init; }

    /// <summary>1 to 255 characters.</summary>
    [Required, MaxLength(Names.MaxLength)]
    public string? Title { get; init; }

    /// <summary>
    /// The lesson it is in: another one of its course moves it there, and what was completed of it stays so. A new one is in the lesson of
    /// the address.
    /// </summary>
    public long? LessonId { get; init; }

    /// <summary>Where it stands in its lesson, from 1; the last where it is not given, or higher.</summary>
    [Range(1, int.MaxValue)]
    public int? Position { get; init; }

    /// <summary>Whether learners see it.</summary>
    public bool Published { get; init; }

    /// <summary>Whether it counts for the course's progress, once published.</summary>
    [DefaultValue(true)]
    public bool Required { get; init; } = true;

    /// <summary>Markdown, at most 128 KiB: what is read, which a text needs; what stands above, for the others.</summary>
    public string? Body { get; init; }

    /// <summary>video, audio, pdf: where it is, http or https, unless file_id is given. live: where it takes place.</summary>
    public string? Url { get; init; }

    /// <summary>video, audio, pdf: the uploaded file, file_…, unless url is given.</summary>
    public string? FileId { get; init; }

    /// <summary>video, audio: percent that have to be played, 90 unless given.</summary>
    [Range(1, 100)]
    public int? RequiredShare { get; init; }

    /// <summary>live: when it begins.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>quiz: how often it may be submitted; null: as often as one likes.</summary>
    [Range(1, ContentRules.MostAttempts)]
    public int? MaxAttempts { get; init; }

    /// <summary>Shown after the completion, at most 16 KiB; it goes out with the event.</summary>
    public string? Explanation { get; init; }

    /// <summary>quiz: its questions, all of them, in order; at most 100. A published quiz needs one.</summary>
    public IReadOnlyList<QuestionDraft> Questions { get; init; } = [];

    /// <summary>What is set now.</summary>
    public static ContentDraft Of(Content content, IReadOnlyList<Question> questions) => new()
    {
        Kind = Words.Of(content.Kind),
        Title = content.Title,
        LessonId = content.LessonId,
        Position = content.Position,
        Published = content.Published,
        Required = content.Required,
        Body = content.Body,
        Url = content.Url,
        FileId = content.FileId is { } file ? PublicId.Format(StoredFile.IdPrefix, file) : null,
        RequiredShare = content.RequiredShare,
        StartsAt = content.StartsAt,
        MaxAttempts = content.MaxAttempts,
        Explanation = content.Explanation,
        Questions = [.. questions.Select(QuestionDraft.Of)],
    };
}

/// <summary>What is given of a question, as it was typed: <see cref="QuestionRules"/> say whether it can be.</summary>
public sealed record QuestionDraft
{
    /// <summary>The question that this was until now; not given: a new one. One that is left out is removed.</summary>
    public long? Id { get; init; }

    /// <summary>single, multiple or short_text.</summary>
    [Required, AllowedValues("single", "multiple", "short_text")]
    public string? Kind { get; init; }

    /// <summary>What is asked, at most 16 KiB.</summary>
    [Required]
    public string? Text { get; init; }

    /// <summary>single, multiple: 2 to 20 options, each once, of 1 to 1,000 characters.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>single, multiple: the places of the right options, from 0; single has exactly one.</summary>
    public IReadOnlyList<int> RightOptions { get; init; } = [];

    /// <summary>short_text: 1 to 20 answers that are right, by any case and accent.</summary>
    public IReadOnlyList<string> RightTexts { get; init; } = [];

    /// <summary>What a right answer gives: over 0, up to 10,000, with at most two decimals.</summary>
    [DefaultValue(typeof(decimal), "1")]
    public decimal Points { get; init; } = 1;

    /// <summary>Shown after the submission, at most 16 KiB.</summary>
    public string? Explanation { get; init; }

    /// <summary>What is set now.</summary>
    public static QuestionDraft Of(Question question) => new()
    {
        Id = question.Id,
        Kind = Words.Of(question.Kind),
        Text = question.Text,
        Options = question.Options,
        RightOptions = question.RightOptions,
        RightTexts = question.RightTexts,
        Points = question.Points,
        Explanation = question.Explanation,
    };
}
