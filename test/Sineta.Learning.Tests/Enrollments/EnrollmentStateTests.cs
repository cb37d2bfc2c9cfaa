using Sineta.Learning.Enrollments;

namespace Sineta.Learning.Tests.Enrollments;

public sealed class EnrollmentStateTests
{
    private static readonly DateOnly Today = new(2026, 3, 10);

    [Theory]
    [InlineData(null, false, null, null, EnrollmentState.Active)]
    [InlineData(null, false, 0, 0, EnrollmentState.Active)]
    [InlineData(null, false, -1, 1, EnrollmentState.Active)]
    [InlineData(null, false, 1, null, EnrollmentState.Scheduled)]
    [InlineData(null, true, 1, null, EnrollmentState.Suspended)]
    [InlineData(null, true, null, 0, EnrollmentState.Suspended)]
    [InlineData(null, true, null, -1, EnrollmentState.Expired)]
    [InlineData(null, false, null, -1, EnrollmentState.Expired)]
    [InlineData(EnrollmentEnd.Expired, false, null, 1, EnrollmentState.Expired)]
    [InlineData(EnrollmentEnd.Cancelled, true, 1, -1, EnrollmentState.Cancelled)]
    public void The_state_follows_from_the_end_the_days_and_the_suspension(
        EnrollmentEnd? ended, bool suspended, int? startsIn, int? expiresIn, EnrollmentState expected) =>
        Assert.Equal(expected, EnrollmentStates.On(Today, ended, suspended, In(startsIn), In(expiresIn)));

    [Theory]
    [InlineData(EnrollmentState.Active, true, true)]
    [InlineData(EnrollmentState.Scheduled, false, true)]
    [InlineData(EnrollmentState.Suspended, false, true)]
    [InlineData(EnrollmentState.Expired, false, false)]
    [InlineData(EnrollmentState.Cancelled, false, false)]
    public void Actived_and_status_are_what_the_state_says(EnrollmentState state, bool actived, bool status)
    {
        var enrollment = new Enrollment(
            1, 2, 3, null, EnrollmentSource.Api, DateTimeOffset.UnixEpoch, state == EnrollmentState.Scheduled ? Today.AddDays(1) : null,
            state == EnrollmentState.Expired ? Today.AddDays(-1) : null, state == EnrollmentState.Suspended,
            state == EnrollmentState.Cancelled ? EnrollmentEnd.Cancelled : null, null, null);

        var snapshot = enrollment.SnapshotOn(Today);
        Assert.Equal((actived, status), (snapshot.Actived, snapshot.Status));
    }

    private static DateOnly? In(int? days) => days is { } given ? Today.AddDays(given) : null;
}
