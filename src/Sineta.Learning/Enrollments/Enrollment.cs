using Sineta.Events;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Enrollments;

/// <summary>A learner's time in a course. Another one after its end is another enrolment, and begins at nothing (R5).</summary>
/// <param name="ClassId">The class it belongs to; null where the learner studies alone.</param>
/// <param name="StartsOn">The first day of studying; null: at once.</param>
/// <param name="DateExpire">The last day of studying, in the institution's zone; null: it does not expire.</param>
/// <param name="Suspended">The learner may not study for now.</param>
/// <param name="Ended">What ended it for good; null while it is open. One past its last day may not have been ended yet.</param>
/// <param name="CompletedAt">When the course was completed; set once, never unset.</param>
public sealed record Enrollment(
    long Id,
    long UserId,
    long CourseId,
    long? ClassId,
    EnrollmentSource Source,
    DateTimeOffset EnrolledAt,
    DateOnly? StartsOn,
    DateOnly? DateExpire,
    bool Suspended,
    EnrollmentEnd? Ended,
    DateTimeOffset? EndedAt,
    DateTimeOffset? CompletedAt)
{
    /// <summary>Its state on a day of the institution.</summary>
    public EnrollmentState StateOn(DateOnly today) => EnrollmentStates.On(today, Ended, Suspended, StartsOn, DateExpire);

    /// <summary>The first day on which the learner may still study.</summary>
    internal DateOnly FirstDay(DateOnly today) => StartsOn is { } start && start > today ? start : today;

    /// <summary>The last day of an enrolment that is valid for so many days, the first among them; null: it does not expire.</summary>
    internal static DateOnly? LastDay(DateOnly first, int? validityDays) =>
        validityDays is { } days ? DateOnly.FromDayNumber(Math.Min(first.DayNumber + days - 1, DateOnly.MaxValue.DayNumber)) : null;

    /// <summary>The enrolment as it is after its last day, where that is over (R4); itself otherwise.</summary>
    internal Enrollment ExpiredWhereOver(CampusTransaction transaction) =>
        this is { Ended: null, DateExpire: { } last } && last < transaction.Today
            ? this with
            {
                Ended = EnrollmentEnd.Expired,
                EndedAt = transaction.Institution.Clock.ToInstant(last.AddDays(1).ToDateTime(TimeOnly.MinValue)),
            }
            : this;

    /// <summary>As the events show it.</summary>
    internal EnrollmentSnapshot SnapshotOn(DateOnly today)
    {
        var state = StateOn(today);
        return new EnrollmentSnapshot(Id, DateExpire, CourseId, Actived: state is EnrollmentState.Active, Status: state.IsOpen());
    }
}

/// <summary>An enrolment that is open now.</summary>
/// <param name="IsNew">It was made, and told of; otherwise it was open already, and nothing was told.</param>
public sealed record EnsuredEnrollment(Enrollment Enrollment, bool IsNew);

/// <summary>An enrolment that is asked for.</summary>
public sealed record EnrollmentRequest(long UserId, long CourseId, EnrollmentSource Source)
{
    /// <summary>The last day; null: as the course's <c>validity_days</c> say, counted from the first day.</summary>
    public DateOnly? DateExpire { get; init; }

    /// <summary>The first day; null: at once.</summary>
    public DateOnly? StartsOn { get; init; }

    /// <summary>The class that it belongs to.</summary>
    public long? ClassId { get; init; }
}
