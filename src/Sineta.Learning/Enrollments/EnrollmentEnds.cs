using Sineta.Learning.Storage;

namespace Sineta.Learning.Enrollments;

/// <summary>How enrolments end.</summary>
internal static class EnrollmentEnds
{
    public static string Format(EnrollmentEnd end) => end == EnrollmentEnd.Expired ? "expired" : "cancelled";

    public static EnrollmentEnd? Parse(string? text) => text switch
    {
        null => null,
        "expired" => EnrollmentEnd.Expired,
        _ => EnrollmentEnd.Cancelled,
    };

    /// <summary>The enrolment as it is after its last day, where that is over (R4); itself otherwise.</summary>
    public static Enrollment ExpiredWhereOver(this Enrollment enrollment, CampusTransaction transaction) =>
        enrollment is { Ended: null, DateExpire: { } last } && last < transaction.Today
            ? enrollment with
            {
                Ended = EnrollmentEnd.Expired,
                EndedAt = transaction.Institution.Clock.ToInstant(last.AddDays(1).ToDateTime(TimeOnly.MinValue)),
            }
            : enrollment;
}
