namespace Sineta.Events;

/// <summary>A learner completed a course: <c>activities.course.completed</c>.</summary>
/// <param name="Institution">Where.</param>
/// <param name="Course">Which course.</param>
/// <param name="Enrollment">Under which enrolment.</param>
/// <param name="User">Who.</param>
public sealed record CourseCompleted(InstitutionRef Institution, CourseRef Course, EnrollmentSnapshot Enrollment, LearnerIdentity User)
    : ActivityEvent;
