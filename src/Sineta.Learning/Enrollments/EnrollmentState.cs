namespace Sineta.Learning.Enrollments;

/// <summary>What an enrolment is on a day.</summary>
public enum EnrollmentState
{
    /// <summary>The learner may study.</summary>
    Active,

    /// <summary>Its first day is still to come.</summary>
    Scheduled,

    /// <summary>In force, but the learner may not study until it is resumed.</summary>
    Suspended,

    /// <summary>Its last day is over.</summary>
    Expired,

    /// <summary>Ended by a manager.</summary>
    Cancelled,
}

/// <summary>What ended an enrolment for good.</summary>
public enum EnrollmentEnd
{
    Expired,
    Cancelled,
}

/// <summary>How enrolments' ends are read.</summary>
internal static class EnrollmentEnds
{
    public static EnrollmentEnd? Parse(string? word) => word is null ? null : Words.Parse<EnrollmentEnd>(word);
}

/// <summary>Which of its states an enrolment is in.</summary>
public static class EnrollmentStates
{
    /// <summary>
    /// The state on a day. What has ended stays so; a day outweighs a suspension, and a suspension a start that is still to come.
    /// </summary>
    public static EnrollmentState On(
        DateOnly today, EnrollmentEnd? ended, bool suspended, DateOnly? startsOn, DateOnly? dateExpire) => ended switch
        {
            EnrollmentEnd.Cancelled => EnrollmentState.Cancelled,
            EnrollmentEnd.Expired => EnrollmentState.Expired,
            _ when dateExpire < today => EnrollmentState.Expired,
            _ when suspended => EnrollmentState.Suspended,
            _ when startsOn > today => EnrollmentState.Scheduled,
            _ => EnrollmentState.Active,
        };

    /// <summary>The enrolment is in force: <c>enrollment.status</c> of the events.</summary>
    public static bool IsOpen(this EnrollmentState state) => state is not (EnrollmentState.Expired or EnrollmentState.Cancelled);
}
