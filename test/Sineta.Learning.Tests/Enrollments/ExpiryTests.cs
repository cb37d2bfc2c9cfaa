using System.Globalization;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Progress;
using Sineta.Testing;

namespace Sineta.Learning.Tests.Enrollments;

public sealed class ExpiryTests(Postgres postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The last moment of a day, and the first of the next: in São Paulo 2018-11-04 began at 01:00.</summary>
    [Theory]
    [InlineData("America/Sao_Paulo", "2026-03-10", "2026-03-11T02:59:59Z", "2026-03-11T03:00:00Z")]
    [InlineData("America/Manaus", "2026-03-10", "2026-03-11T03:59:59Z", "2026-03-11T04:00:00Z")]
    [InlineData("America/Sao_Paulo", "2018-11-03", "2018-11-04T02:59:59Z", "2018-11-04T03:00:00Z")]
    [InlineData("America/Sao_Paulo", "2018-11-04", "2018-11-05T01:59:59Z", "2018-11-05T02:00:00Z")]
    [InlineData("America/Sao_Paulo", "2018-02-17", "2018-02-18T02:59:59Z", "2018-02-18T03:00:00Z")]
    public async Task R4_The_last_day_lasts_until_the_institutions_next_day_begins(string zone, string lastDay, string lastMoment, string over)
    {
        var day = DateOnly.Parse(lastDay, CultureInfo.InvariantCulture);
        var at = DateTimeOffset.Parse(lastMoment, CultureInfo.InvariantCulture);
        await using var campus = await CampusNode.StartAloneAsync(postgres, Cancel, at.AddDays(-1), zone);
        var course = await campus.AddCourseAsync(Cancel, texts: 3);
        var (studying, idle) = (await EnrollAsync(campus, course, day), await EnrollAsync(campus, course, day));
        var complete = campus.Get<CompleteContent>();
        var sweep = campus.Get<ExpirySweep>();

        campus.MoveTo(at);
        Assert.Equal(DateTimeOffset.Parse(over, CultureInfo.InvariantCulture), await sweep.SweepAsync(Cancel));
        Assert.IsType<Change<CompletionResult>.Made>(
            await complete.RunAsync(campus.Institution, new(studying, course.ContentIds[0]), Cancel));

        campus.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<Change<CompletionResult>.Impossible>(
            await complete.RunAsync(campus.Institution, new(studying, course.ContentIds[1]), Cancel));
        await AssertExpiredAsync(campus, studying);
        await sweep.SweepAsync(Cancel);
        await AssertExpiredAsync(campus, idle);
        Assert.Equal(3, (await campus.EventsAsync(Cancel)).Count);
    }

    [Fact]
    public async Task R4_The_sweep_wakes_at_the_institutions_midnight()
    {
        await using var campus = await CampusNode.StartAloneAsync(postgres, Cancel, new DateTimeOffset(2026, 3, 11, 2, 30, 0, TimeSpan.Zero));
        var id = await EnrollAsync(campus, await campus.AddCourseAsync(Cancel), new DateOnly(2026, 3, 10));
        var sweep = campus.Get<ExpirySweep>();
        await sweep.StartAsync(Cancel);
        await campus.Time.AwaitedAsync(TimeSpan.FromMinutes(30), Cancel);

        campus.Time.Advance(TimeSpan.FromMinutes(30));
        await campus.Time.AwaitedAsync(TimeSpan.FromHours(1), Cancel);

        await AssertExpiredAsync(campus, id);
        await sweep.StopAsync(Cancel);
    }

    [Fact]
    public async Task R4_What_is_wrong_with_one_institution_keeps_no_other_ones_enrolments_open()
    {
        await using var campus = await CampusNode.StartAloneAsync(postgres, Cancel);
        await EnrollAsync(campus, await campus.AddCourseAsync(Cancel), new DateOnly(2026, 3, 10));
        await using (var breaking = campus.Database.CreateCommand(
            """
            create function refuse() returns trigger language plpgsql as $$ begin raise 'broken' using errcode = '22023'; end $$;
            create trigger refuse before update on enrollments for each row execute function refuse()
            """))
            await breaking.ExecuteNonQueryAsync(Cancel);
        campus.Time.Advance(TimeSpan.FromDays(1));

        Assert.NotEqual(DateTimeOffset.MaxValue, await campus.Get<ExpirySweep>().SweepAsync(Cancel));
    }

    [Fact]
    public async Task R4_A_course_that_was_completed_before_the_expiry_still_gives_its_certificate()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var student = await Student.EnrolledAsync(
            campus, await campus.AddCourseAsync(new CourseSeed { ValidityDays = 1 }, Cancel), Cancel);
        await student.CompleteAsync(0);
        campus.Time.Advance(TimeSpan.FromDays(30));

        Assert.True((await student.ViewAsync()).IsNew);
        Assert.Equal(EnrollmentEnd.Expired, (await student.NowAsync()).Ended);
    }

    [Fact]
    public async Task R3_Renewing_suspending_resuming_and_cancelling_are_not_told()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var student = await Student.EnrolledAsync(
            campus, await campus.AddCourseAsync(new CourseSeed { ValidityDays = 10 }, Cancel), Cancel);
        var lifecycle = campus.Get<EnrollmentLifecycle>();
        var id = student.Enrollment.Id;
        campus.Time.Advance(TimeSpan.FromDays(3));

        Assert.True(CampusNode.Made(await lifecycle.SuspendAsync(campus.Institution, id, Cancel)).Suspended);
        Assert.False(CampusNode.Made(await lifecycle.ResumeAsync(campus.Institution, id, Cancel)).Suspended);
        Assert.Equal(
            new DateOnly(2026, 3, 22), CampusNode.Made(await lifecycle.RenewAsync(campus.Institution, id, dateExpire: null, Cancel)).DateExpire);
        Assert.Equal(
            new DateOnly(2027, 1, 1),
            CampusNode.Made(await lifecycle.RenewAsync(campus.Institution, id, new DateOnly(2027, 1, 1), Cancel)).DateExpire);
        Assert.IsType<Change<Enrollment>.Refused>(await lifecycle.RenewAsync(campus.Institution, id, new DateOnly(2026, 3, 12), Cancel));
        var cancelled = CampusNode.Made(await lifecycle.CancelAsync(campus.Institution, id, Cancel));
        campus.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(cancelled, CampusNode.Made(await lifecycle.CancelAsync(campus.Institution, id, Cancel)));
        Assert.IsType<Change<Enrollment>.Impossible>(await lifecycle.ResumeAsync(campus.Institution, id, Cancel));

        Assert.Equal(["course.enrollment"], await student.ToldAsync());
    }

    [Fact]
    public async Task R5_After_a_cancellation_everything_begins_at_nothing_and_may_be_told_again()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var first = await Student.EnrolledAsync(campus, await campus.AddCourseAsync(Cancel, texts: 2), Cancel);
        await first.CompleteAsync(0);
        await campus.Get<EnrollmentLifecycle>().CancelAsync(campus.Institution, first.Enrollment.Id, Cancel);

        var second = await Student.EnrolledAsync(campus, first.Course, Cancel, first.User);
        Assert.Equal(50, (await second.CompleteAsync(0)).Progress);
        await second.CompleteAsync(1);

        Assert.Equal(
            ["course.enrollment", "content.completed", "course.enrollment", "content.completed", "content.completed", "course.completed"],
            await second.ToldAsync());
        Assert.Null((await first.NowAsync()).CompletedAt);
    }

    private static async Task<long> EnrollAsync(CampusNode campus, SeededCourse course, DateOnly last)
    {
        var user = await campus.AddUserAsync(Cancel);
        var request = new EnrollmentRequest(user.Id, course.Id, EnrollmentSource.Api) { DateExpire = last };
        return CampusNode.Made(await campus.Get<EnsureEnrollment>().RunAsync(campus.Institution, request, Cancel)).Enrollment.Id;
    }

    private static async Task AssertExpiredAsync(CampusNode campus, long id)
    {
        var enrollment = await campus.Get<EnrollmentStore>().FindAsync(campus.Institution.Id, id, Cancel);
        Assert.Equal((EnrollmentEnd.Expired, campus.Time.GetUtcNow()), (enrollment!.Ended!.Value, enrollment.EndedAt!.Value));
    }
}
