using Sineta.Learning;
using Sineta.Learning.Classes;

namespace Sineta.Server.Api;

/// <summary>A class as the API shows it.</summary>
/// <param name="StartsOn">The first day, in the institution's zone.</param>
/// <param name="EndsOn">The last day; null: it has no end.</param>
/// <param name="Students">How many it has.</param>
public sealed record ClassBody(
    long Id, long CourseId, string CourseName, string Name, DateOnly StartsOn, DateOnly? EndsOn, int Students, DateTimeOffset CreatedAt)
{
    internal static ClassBody Of(CourseClass shown) => new(
        shown.Id, shown.CourseId, shown.CourseName, shown.Name, shown.StartsOn, shown.EndsOn, shown.Students, shown.CreatedAt);
}

/// <summary>A student of a class.</summary>
/// <param name="State">Of the enrolment: active, scheduled, suspended, expired or cancelled.</param>
/// <param name="CompletedAt">When the student completed the course; null: not yet.</param>
public sealed record StudentBody(
    long UserId, string Name, string Email, DateTimeOffset InvitedAt, long EnrollmentId, string State, DateOnly? DateExpire,
    DateTimeOffset? CompletedAt)
{
    internal static StudentBody Of(ClassStudent student) => new(
        student.UserId, student.Name, student.Email, student.InvitedAt, student.EnrollmentId, Words.Of(student.State),
        student.DateExpire, student.CompletedAt);
}

/// <param name="Data">In the order in which they were given.</param>
public sealed record InvitedBody(IReadOnlyList<InvitedStudentBody> Data);

/// <param name="Enrolled">The invitation enrolled them; otherwise they were enrolled already, and joined the class.</param>
public sealed record InvitedStudentBody(long UserId, long EnrollmentId, bool Enrolled);
