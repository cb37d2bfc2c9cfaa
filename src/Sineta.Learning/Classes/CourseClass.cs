using System.ComponentModel.DataAnnotations;
using Sineta.Learning.Enrollments;

namespace Sineta.Learning.Classes;

/// <summary>Students who take a course together, from a first to a last day.</summary>
/// <param name="StartsOn">The first day of studying, in the institution's zone.</param>
/// <param name="EndsOn">The last day; null: it has no end.</param>
/// <param name="Students">How many it has.</param>
public sealed record CourseClass(
    long Id, long CourseId, string CourseName, string Name, DateOnly StartsOn, DateOnly? EndsOn, int Students, DateTimeOffset CreatedAt)
{
    /// <summary>Its last day is over: it takes no more students.</summary>
    public bool IsOverOn(DateOnly today) => EndsOn < today;
}

/// <summary>What is given of a class, as it was typed: <see cref="ClassRules"/> say whether it can be.</summary>
public sealed record ClassDraft
{
    /// <summary>A published course; it stays the class's for good.</summary>
    [Required]
    public long? CourseId { get; init; }

    /// <summary>1 to 255 characters.</summary>
    [Required, MaxLength(Names.MaxLength)]
    public string? Name { get; init; }

    /// <summary>The first day.</summary>
    [Required]
    public DateOnly? StartsOn { get; init; }

    /// <summary>The last day, today or later; null: it has no end.</summary>
    public DateOnly? EndsOn { get; init; }

    /// <summary>What is set now.</summary>
    public static ClassDraft Of(CourseClass present) =>
        new() { CourseId = present.CourseId, Name = present.Name, StartsOn = present.StartsOn, EndsOn = present.EndsOn };
}

/// <summary>A student of a class.</summary>
/// <param name="State">Of the enrolment, on the day that was asked for.</param>
/// <param name="CompletedAt">When the student completed the course; null: not yet.</param>
public sealed record ClassStudent(
    long UserId, string Name, string Email, DateTimeOffset InvitedAt, long EnrollmentId, EnrollmentState State, DateOnly? DateExpire,
    DateTimeOffset? CompletedAt);

/// <summary>A student who was invited.</summary>
/// <param name="IsNew">The invitation enrolled them; otherwise they were enrolled already, and joined the class.</param>
public sealed record InvitedStudent(long UserId, long EnrollmentId, bool IsNew);
