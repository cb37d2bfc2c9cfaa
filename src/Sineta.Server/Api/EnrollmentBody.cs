using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sineta.Events;
using Sineta.Learning;
using Sineta.Learning.Enrollments;

namespace Sineta.Server.Api;

/// <summary>An enrolment as the API shows it.</summary>
/// <param name="Source">catalog_card, course_details, content_item, class_invite, api or import.</param>
/// <param name="State">active, scheduled, suspended, expired or cancelled, on this day of the institution.</param>
/// <param name="StartsOn">The first day of studying; null: at once.</param>
/// <param name="DateExpire">The last day of studying, in the institution's zone; null: it does not expire.</param>
/// <param name="CompletedAt">When the course was completed; it stays so.</param>
/// <param name="Progress">Whole percent of the course; not in lists.</param>
public sealed record EnrollmentBody(
    long Id, long UserId, long CourseId, long? ClassId, string Source, string State, DateTimeOffset EnrolledAt, DateOnly? StartsOn,
    DateOnly? DateExpire, DateTimeOffset? EndedAt, DateTimeOffset? CompletedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Progress = null)
{
    internal static EnrollmentBody Of(Enrollment enrollment, DateOnly today) => new(
        enrollment.Id, enrollment.UserId, enrollment.CourseId, enrollment.ClassId, Words.Of(enrollment.Source),
        Words.Of(enrollment.StateOn(today)), enrollment.EnrolledAt, enrollment.StartsOn, enrollment.DateExpire, enrollment.EndedAt,
        enrollment.CompletedAt);
}

/// <summary>An enrolment that is asked for.</summary>
public sealed record EnrollmentDraft
{
    private static readonly EnrollmentSource[] Sources =
        [EnrollmentSource.Api, EnrollmentSource.CatalogCard, EnrollmentSource.CourseDetails, EnrollmentSource.ContentItem];

    [Required]
    public long? UserId { get; init; }

    [Required]
    public long? CourseId { get; init; }

    /// <summary>What caused it, for sineta-source.</summary>
    [DefaultValue("api"), AllowedValues("api", "catalog_card", "course_details", "content_item")]
    public string Source { get; init; } = "api";

    /// <summary>The last day of studying; null: as the course's validity_days say.</summary>
    public DateOnly? DateExpire { get; init; }

    internal IReadOnlyList<Fault> Faults(out EnrollmentRequest request)
    {
        List<Fault> faults = [];
        if (UserId is null)
            faults.Add(new("/user_id", "Must be given."));
        if (CourseId is null)
            faults.Add(new("/course_id", "Must be given."));
        if (!Words.TryParse<EnrollmentSource>(Source, out var source) || !Sources.Contains(source))
            faults.Add(new("/source", $"Must be one of {string.Join(", ", Sources.Select(Words.Of))}."));
        request = new EnrollmentRequest(UserId ?? 0, CourseId ?? 0, source) { DateExpire = DateExpire };
        return faults;
    }
}

/// <summary>What is to be done with an enrolment.</summary>
public sealed record EnrollmentPatch
{
    internal static readonly string[] Actions = ["renew", "suspend", "resume", "cancel"];

    [Required, AllowedValues("renew", "suspend", "resume", "cancel")]
    public string? Action { get; init; }

    /// <summary>renew: the new last day; null: as the course's validity_days say, counted from today.</summary>
    public DateOnly? DateExpire { get; init; }

    internal IReadOnlyList<Fault> Faults()
    {
        List<Fault> faults = [];
        if (!Actions.Contains(Action))
            faults.Add(new("/action", $"Must be one of {string.Join(", ", Actions)}."));
        else if (DateExpire is not null && Action != "renew")
            faults.Add(new("/date_expire", "Is only for renew."));
        return faults;
    }
}
