namespace Sineta.Events;

/// <summary>A learner was enrolled in a course: <c>activities.course.enrollment</c>.</summary>
/// <param name="Institution">Where.</param>
/// <param name="Course">In which course.</param>
/// <param name="Enrollment">The new enrolment.</param>
/// <param name="User">Who.</param>
public sealed record CourseEnrollment(InstitutionRef Institution, CourseRef Course, EnrollmentSnapshot Enrollment, LearnerIdentity User)
    : ActivityEvent;
