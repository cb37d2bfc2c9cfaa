using Sineta.Events.Shapes;

namespace Sineta.Events;

/// <summary>The enrolment as it was when the event happened.</summary>
/// <param name="Id">Number of the enrolment.</param>
/// <param name="DateExpire">The last day on which it is valid, in the institution's time zone; null where it does not expire.</param>
/// <param name="CourseId">
/// Number of the enrolled course. It equals <c>course.id</c> in what Sineta itself emits; other platforms may number differently.
/// </param>
/// <param name="Actived">The learner may study now: false before a class starts and while suspended.</param>
/// <param name="Status">The enrolment is in force: neither cancelled nor expired.</param>
public sealed record EnrollmentSnapshot(
    long Id,
    DateOnly? DateExpire,
    long CourseId,
    [property: NotAbove("enrollment.status")] bool Actived,
    bool Status);
