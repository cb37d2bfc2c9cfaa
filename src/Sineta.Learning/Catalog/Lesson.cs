using System.ComponentModel.DataAnnotations;

namespace Sineta.Learning.Catalog;

/// <summary>A part of a course.</summary>
/// <param name="Position">Where it stands in its course, from 1.</param>
public sealed record Lesson(long Id, long CourseId, string Title, int Position);

/// <summary>What is given of a lesson.</summary>
public sealed record LessonDraft
{
    /// <summary>1 to 255 characters.</summary>
    [Required, MaxLength(Names.MaxLength)]
    public string? Title { get; init; }

    /// <summary>Where it stands in its course, from 1; the last where it is not given, or higher.</summary>
    [Range(1, int.MaxValue)]
    public int? Position { get; init; }

    /// <summary>What is set now.</summary>
    public static LessonDraft Of(Lesson lesson) => new() { Title = lesson.Title, Position = lesson.Position };
}
