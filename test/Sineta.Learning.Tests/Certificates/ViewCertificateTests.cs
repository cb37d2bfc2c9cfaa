using Sineta.Events;
using Sineta.Learning.Certificates;
using Sineta.Learning.Enrollments;
using Sineta.Learning.People;
using Sineta.Testing;

namespace Sineta.Learning.Tests.Certificates;

public sealed class ViewCertificateTests(Postgres postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task R13_There_is_none_before_the_course_is_completed_nor_where_it_gives_none()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var studying = await Student.EnrolledAsync(campus, await campus.AddCourseAsync(Cancel, texts: 2), Cancel);
        await studying.CompleteAsync(0);
        var done = await Student.EnrolledAsync(campus, await campus.AddCourseAsync(new CourseSeed { HasCertificate = false }, Cancel), Cancel);
        await done.CompleteAsync(0);

        Assert.IsType<Change<ViewedCertificate>.Impossible>(await studying.TryViewAsync());
        Assert.IsType<Change<ViewedCertificate>.Impossible>(await done.TryViewAsync());
        Assert.DoesNotContain("certificate.issued", await done.ToldAsync());
    }

    [Fact]
    public async Task R4_A_completed_enrolment_keeps_its_certificate_waiting_when_the_learner_enrols_again()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var course = await campus.AddCourseAsync(Cancel, texts: 1);
        var first = await Student.EnrolledAsync(campus, course, Cancel);
        await first.CompleteAsync(0);
        await campus.Get<EnrollmentLifecycle>().CancelAsync(campus.Institution, first.Enrollment.Id, Cancel);
        var second = await Student.EnrolledAsync(campus, course, Cancel, first.User);
        var bare = await Student.EnrolledAsync(
            campus, await campus.AddCourseAsync(new CourseSeed { HasCertificate = false }, Cancel), Cancel, first.User);
        await bare.CompleteAsync(0);

        Assert.Equal([first.Enrollment.Id], await WaitingAsync(course.Id));
        Assert.Empty(await WaitingAsync(bare.Course.Id));
        campus.Time.Advance(TimeSpan.FromDays(1));
        await second.CompleteAsync(0);
        Assert.Equal([second.Enrollment.Id, first.Enrollment.Id], await WaitingAsync(null));
        await second.ViewAsync();
        campus.Time.Advance(TimeSpan.FromDays(1));
        await first.ViewAsync();

        Assert.Empty(await WaitingAsync(null));
        var issued = await campus.Get<CertificateStore>().ListOfUserAsync(campus.Institution.Id, first.User.Id, Cancel);
        Assert.Equal([first.Enrollment.Id, second.Enrollment.Id], issued.Select(c => c.EnrollmentId));

        async Task<IEnumerable<long>> WaitingAsync(long? courseId) =>
            (await campus.Get<CertificateStore>().WaitingOfUserAsync(campus.Institution.Id, first.User.Id, courseId, Cancel))
                .Select(w => w.EnrollmentId);
    }

    [Fact]
    public async Task R13_Fifty_clicks_at_once_are_one_certificate_and_one_event()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var student = await Student.EnrolledAsync(campus, await campus.AddCourseAsync(Cancel, texts: 1), Cancel);
        await student.CompleteAsync(0);

        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => student.ViewAsync()));

        Assert.Single(all, v => v.IsNew);
        Assert.Single(all.Select(v => v.Certificate.Code).Distinct());
        Assert.Single(await student.ToldAsync(), "certificate.issued");
        Assert.Equal(1, await campus.NumberAsync("select count(*) from certificates where institution_id = $1", Cancel, campus.Institution.Id));
    }

    [Fact]
    public async Task R16_The_event_has_the_enrolments_own_moments_and_the_school_as_it_is_now()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var (director, course) = (await campus.AddUserAsync(Cancel, "Dora Reis", "manager"), await campus.AddCourseAsync(Cancel, texts: 1));
        await campus.Get<SchoolStore>().UpdateAsync(campus.Institution, course.SchoolId, d => d with { ManagerIds = [director.Id] }, Cancel);
        var student = await Student.EnrolledAsync(campus, course, Cancel);
        campus.Time.Advance(TimeSpan.FromHours(1));
        await student.CompleteAsync(0);
        campus.Time.Advance(TimeSpan.FromHours(1));

        await student.ViewAsync();

        var told = (await campus.EventsAsync(Cancel))[^1];
        Assert.Equal($"campus/enrollment:{student.Enrollment.Id}/type:participation", told.DedupeKey);
        Assert.Equal(
            $$"""
            {"id":{{course.Id}},"name":"Marcenaria básica","workload":"10h","enrolled_at":"2026-03-10 12:00:00","concluded_at":"2026-03-10 13:00:00"}
            """, told.Data.GetProperty("course").GetRawText());
        Assert.Equal(
            $$"""{"id":{{course.SchoolId}},"name":"Escola de Ofícios","managers":[{"manager_id":{{director.Id}},"manager_name":"Dora Reis"}]}""",
            told.Data.GetProperty("school").GetRawText());
        Assert.Equal(
            """{"certified_at":"2026-03-10 14:00:00","type":"Participation","approval_rate":0}""", told.Data.GetProperty("certified").GetRawText());
    }

    [Fact]
    public async Task R15_Scores_that_reach_the_rate_later_give_an_achievement_once_and_nothing_takes_it_back()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var course = await campus.AddCourseAsync(new CourseSeed { Rate = 70, Contents = [new("quiz"), new()] }, Cancel);
        var student = await Student.EnrolledAsync(campus, course, Cancel);
        await student.CompleteAsync(await student.AnswerAsync(0, right: false));
        await student.CompleteAsync(1);

        var participation = (await student.ViewAsync()).Certificate;
        await student.CompleteAsync(await student.AnswerAsync(0, right: true));
        var achievement = await student.ViewAsync();
        await student.CompleteAsync(await student.AnswerAsync(0, right: false));
        await campus.AddContentAsync(course.Id, course.LessonId, 3, new SeededContent("quiz"), Cancel);
        var still = await student.ViewAsync();

        Assert.Equal((CertificateType.Participation, 70m), (participation.Type, participation.ApprovalRate));
        Assert.Equal((CertificateType.Achievement, true), (achievement.Certificate.Type, achievement.IsNew));
        Assert.Equal(achievement with { IsNew = false }, still);
        Assert.NotEqual(participation.Code, achievement.Certificate.Code);
        Assert.Equal(2, (await student.ToldAsync()).Count(slug => slug == "certificate.issued"));
        var shown = Assert.Single(await campus.Get<CertificateStore>().ListOfUserAsync(campus.Institution.Id, student.User.Id, Cancel));
        Assert.Equal(CertificateType.Achievement, shown.Type);
    }

    [Fact]
    public async Task R20_A_renamed_user_has_the_new_name_in_later_events_and_the_old_one_on_what_was_issued()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var student = await Student.EnrolledAsync(campus, await campus.AddCourseAsync(Cancel, texts: 2), Cancel);
        await student.CompleteAsync(0);
        await campus.Get<UserStore>().UpdateAsync(campus.Institution, student.User.Id, d => d with { Name = "Ana Lima" }, Cancel);
        await student.CompleteAsync(1);
        var code = (await student.ViewAsync()).Certificate.Code;
        await campus.Get<UserStore>().UpdateAsync(campus.Institution, student.User.Id, d => d with { Name = "Ana Reis" }, Cancel);

        var names = (await campus.EventsAsync(Cancel)).Select(e => e.Data.GetProperty("user").GetProperty("name").GetString());
        Assert.Equal(["Ana Souza", "Ana Souza", "Ana Lima", "Ana Lima", "Ana Lima"], names);
        var verified = await campus.Get<CertificateStore>().FindByCodeAsync(code.ToLowerInvariant(), Cancel);
        Assert.Equal(("Ana Lima", campus.Institution.Id), (verified!.Certificate.UserName, verified.InstitutionId));
        Assert.Equal("Ana Lima", (await student.ViewAsync()).Certificate.UserName);
    }

    [Fact]
    public async Task R16_Where_clocks_are_put_back_in_between_nothing_is_told_as_after_what_followed_it()
    {
        await using var campus = await CampusNode.StartAsync(
            postgres, Cancel, new DateTimeOffset(2025, 11, 2, 5, 50, 0, TimeSpan.Zero), "America/New_York");
        var student = await Student.EnrolledAsync(campus, await campus.AddCourseAsync(Cancel, texts: 1), Cancel);
        campus.Time.Advance(TimeSpan.FromMinutes(5));
        await student.CompleteAsync(0);
        campus.Time.Advance(TimeSpan.FromMinutes(10));

        await student.ViewAsync();

        var data = (await campus.EventsAsync(Cancel))[^1].Data;
        Assert.Equal("2025-11-02 01:05:00", data.GetProperty("certified").GetProperty("certified_at").GetString());
        Assert.Equal("2025-11-02 01:05:00", data.GetProperty("course").GetProperty("concluded_at").GetString());
    }

    [Fact]
    public void A_templates_text_is_filled_in_once_whatever_the_names_say()
    {
        var certificate = new Certificate(
            1, 2, CertificateType.Participation, "0000-0000-0000-0000", Moment(10), 0, "Certificado",
            "{name} ({cpf}) concluiu {course} ({hours} h) na {school}: {enrolled} a {concluded}, emitido em {date}, {code}. {outro}", null,
            "Ana {cpf}", "529.982.247-25", "Marcenaria", 10, Moment(8), Moment(9), "Escola");

        Assert.Equal(
            "Ana {cpf} (529.982.247-25) concluiu Marcenaria (10 h) na Escola: 08/03/2026 a 09/03/2026, emitido em 10/03/2026, "
            + "0000-0000-0000-0000. {outro}",
            CertificateText.Fill(certificate, moment => moment.UtcDateTime));
    }

    private static DateTimeOffset Moment(int day) => new(2026, 3, day, 12, 0, 0, TimeSpan.Zero);
}
