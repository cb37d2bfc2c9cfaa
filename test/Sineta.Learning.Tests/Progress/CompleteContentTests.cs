using System.Text.Json;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Progress;
using Sineta.Testing;

namespace Sineta.Learning.Tests.Progress;

public sealed class CompleteContentTests(Postgres postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task R6_The_first_completion_is_told_and_no_later_one()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var student = await Student.EnrolledAsync(campus, await campus.AddCourseAsync(Cancel, texts: 3), Cancel);

        var first = await student.CompleteAsync(0);
        campus.Time.Advance(TimeSpan.FromMinutes(1));
        var again = await student.CompleteAsync(0);

        Assert.True(first.IsNew);
        Assert.Equal(first with { IsNew = false }, again);
        Assert.Equal(33, first.Progress);
        Assert.Equal(["course.enrollment", "content.completed"], await student.ToldAsync());
        var data = (await campus.EventsAsync(Cancel))[1].Data;
        var content = data.GetProperty("content");
        Assert.Equal(
            [
                first.Completion.Id, campus.Institution.Id, student.Course.SchoolId, student.Course.Id, student.Course.LessonId,
                student.Course.ContentIds[0],
            ], content.EnumerateObject().Take(6).Select(p => p.Value.GetInt64()));
        Assert.EndsWith(
            "\"answer\":null,\"correct\":null,\"explanation\":\"Explicação\",\"points\":null,\"send_date\":null,\"delivered\":0,"
            + "\"current_time\":null}", content.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(33, data.GetProperty("course").GetProperty("progress").GetInt32());
    }

    [Fact]
    public async Task R10_The_cascade_is_told_in_order_under_one_correlation()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var course = await campus.AddCourseAsync(Cancel, texts: 2);
        var student = await Student.EnrolledAsync(campus, course, Cancel);
        await campus.JoinTrailAsync(student.User.Id, course.Id, Cancel);
        await student.CompleteAsync(1);

        var last = await student.CompleteAsync(0);

        Assert.Equal((100, campus.Time.GetUtcNow()), (last.Progress, last.Enrollment.CompletedAt!.Value));
        Assert.Equal(
            ["course.enrollment", "content.completed", "content.completed", "course.completed", "trail.completed"], await student.ToldAsync());
        var told = await campus.EventsAsync(Cancel);
        Assert.Single(told.Skip(2).Select(e => e.Correlation).Distinct());
        Assert.NotEqual(told[1].Correlation, told[2].Correlation);
        Assert.Equal(100, told[2].Data.GetProperty("course").GetProperty("progress").GetInt32());
        Assert.Equal($"campus/enrollment:{student.Enrollment.Id}", told[3].DedupeKey);
    }

    [Fact]
    public async Task R10_Fifty_completions_at_once_are_one_and_one_cascade()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var student = await Student.EnrolledAsync(campus, await campus.AddCourseAsync(Cancel, texts: 1), Cancel);

        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => student.CompleteAsync(0)));

        Assert.Single(all, r => r.IsNew);
        Assert.Equal(["course.enrollment", "content.completed", "course.completed"], await student.ToldAsync());
    }

    [Fact]
    public async Task R10_The_last_two_contents_at_once_complete_the_course_once()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var student = await Student.EnrolledAsync(campus, await campus.AddCourseAsync(Cancel, texts: 8), Cancel);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(student.CompleteAsync));

        string[] expected = ["course.enrollment", .. Enumerable.Repeat("content.completed", 8), "course.completed"];
        Assert.Equal(expected, await student.ToldAsync());
    }

    [Fact]
    public async Task R6_A_video_is_completed_when_its_required_share_was_played()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var course = await campus.AddCourseAsync(new CourseSeed { Contents = [new("video") { RequiredShare = 80 }, new()] }, Cancel);
        var student = await Student.EnrolledAsync(campus, course, Cancel);

        Assert.IsType<Change<CompletionResult>.Refused>(await student.TryAsync(student.Of(0)));
        Assert.IsType<Change<CompletionResult>.Impossible>(await student.TryAsync(student.Of(0) with { PlayedShare = 79 }));
        Assert.Equal(["course.enrollment"], await student.ToldAsync());
        var done = await student.CompleteAsync(student.Of(0) with { PlayedShare = 80, MediaPosition = 3_725 });

        Assert.Equal(3_725, done.Completion.MediaSeconds);
        var content = (await campus.EventsAsync(Cancel))[1].Data.GetProperty("content");
        Assert.Equal(("01:02:05", 0), (content.GetProperty("current_time").GetString(), content.GetProperty("delivered").GetInt32()));
    }

    [Fact]
    public async Task R6_What_a_learner_wrote_to_a_text_is_handed_in()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var student = await Student.EnrolledAsync(campus, await campus.AddCourseAsync(Cancel), Cancel);

        await student.CompleteAsync(student.Of(0) with { Answer = "Li tudo, até o fim." });

        var content = (await campus.EventsAsync(Cancel))[1].Data.GetProperty("content");
        Assert.Equal(("Li tudo, até o fim.", 1), (content.GetProperty("answer").GetString(), content.GetProperty("delivered").GetInt32()));
        Assert.Equal("2026-03-10 12:00:00", content.GetProperty("send_date").GetString());
        Assert.Equal(JsonValueKind.Null, content.GetProperty("correct").ValueKind);
    }

    [Fact]
    public async Task R6_A_quiz_is_completed_right_or_wrong_the_best_attempt_counts_and_attempts_are_limited()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var course = await campus.AddCourseAsync(new CourseSeed { Contents = [new("quiz") { MaxAttempts = 3 }, new()] }, Cancel);
        var student = await Student.EnrolledAsync(campus, course, Cancel);

        var wrong = await student.CompleteAsync(await student.AnswerAsync(0, right: false));
        var right = await student.CompleteAsync(await student.AnswerAsync(0, right: true));
        var worse = await student.CompleteAsync(await student.AnswerAsync(0, right: false));

        Assert.Equal((true, 0m, 1), (wrong.IsNew, wrong.Completion.Best!.Value.Percent, wrong.Completion.Attempts));
        Assert.Equal((false, 100m, 2), (right.IsNew, right.Completion.Best!.Value.Percent, right.Completion.Attempts));
        Assert.Equal((100m, 3, "quatro"), (worse.Completion.Best!.Value.Percent, worse.Completion.Attempts, worse.Completion.Answer));
        Assert.IsType<Change<CompletionResult>.Impossible>(await student.TryAsync(await student.AnswerAsync(0, right: true)));
        Assert.Equal(["course.enrollment", "content.completed"], await student.ToldAsync());
        var content = (await campus.EventsAsync(Cancel))[1].Data.GetProperty("content");
        Assert.Equal(("três", 1), (content.GetProperty("answer").GetString(), content.GetProperty("delivered").GetInt32()));
        Assert.Equal((false, 0m), (content.GetProperty("correct").GetBoolean(), content.GetProperty("points").GetDecimal()));
        Assert.Equal(3, await campus.NumberAsync("select count(*) from quiz_attempts where institution_id = $1", Cancel, campus.Institution.Id));
    }

    [Fact]
    public async Task R18_A_completion_that_was_reset_is_made_again_and_not_told_again()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var student = await Student.EnrolledAsync(campus, await campus.AddCourseAsync(Cancel, texts: 2), Cancel);
        await student.CompleteAsync(0);

        await campus.Get<ResetCompletion>().RunAsync(campus.Institution, student.Enrollment.Id, student.Course.ContentIds[0], Cancel);
        Assert.Equal(50, (await student.CompleteAsync(1)).Progress);
        var again = await student.CompleteAsync(0);

        Assert.Equal((true, 100), (again.IsNew, again.Progress));
        Assert.Equal(["course.enrollment", "content.completed", "content.completed", "course.completed"], await student.ToldAsync());
    }

    [Fact]
    public async Task R18_A_quiz_that_was_reset_is_submitted_as_often_again_and_its_best_score_stays()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var course = await campus.AddCourseAsync(new CourseSeed { Contents = [new("quiz") { MaxAttempts = 1 }, new()] }, Cancel);
        var student = await Student.EnrolledAsync(campus, course, Cancel);
        await student.CompleteAsync(await student.AnswerAsync(0, right: true));
        Assert.IsType<Change<CompletionResult>.Impossible>(await student.TryAsync(await student.AnswerAsync(0, right: false)));

        for (var i = 0; i < 2; i++)
            await campus.Get<ResetCompletion>().RunAsync(campus.Institution, student.Enrollment.Id, course.ContentIds[0], Cancel);
        var again = await student.CompleteAsync(await student.AnswerAsync(0, right: false));

        Assert.Equal((true, 100m, 2), (again.IsNew, again.Completion.Best!.Value.Percent, again.Completion.Attempts));
        var refused = Assert.IsType<Change<CompletionResult>.Impossible>(await student.TryAsync(await student.AnswerAsync(0, right: true)));
        Assert.Contains("was submitted 1 times", refused.Sentence, StringComparison.Ordinal);
        Assert.Equal(["course.enrollment", "content.completed"], await student.ToldAsync());
    }

    [Fact]
    public async Task R18_What_was_brought_in_silently_is_told_no_more_after_a_reset_than_what_was_told()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var student = await Student.EnrolledAsync(campus, await campus.AddCourseAsync(Cancel, texts: 2), Cancel);
        await campus.NumberAsync(
            """
            insert into content_completions (institution_id, enrollment_id, content_id, user_id, started_at, completed_at)
            values ($1, $2, $3, $4, now(), now()) returning id
            """, Cancel, campus.Institution.Id, student.Enrollment.Id, student.Course.ContentIds[0], student.User.Id);
        await campus.Get<StartContent>().RunAsync(
            campus.Institution, student.Enrollment.Id, student.Course.ContentIds[1], student.User.Id, mediaPosition: null, Cancel);
        foreach (var content in student.Course.ContentIds)
            await campus.Get<ResetCompletion>().RunAsync(campus.Institution, student.Enrollment.Id, content, Cancel);

        await student.CompleteAsync(0);
        Assert.Equal(["course.enrollment"], await student.ToldAsync());
        await student.CompleteAsync(1);

        Assert.Equal(["course.enrollment", "content.completed", "course.completed"], await student.ToldAsync());
    }

    [Fact]
    public async Task R6_Nobody_has_attended_a_live_lesson_before_it_begins()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var course = await campus.AddCourseAsync(new CourseSeed { Contents = [new("live"), new()] }, Cancel);
        var student = await Student.EnrolledAsync(campus, course, Cancel);
        await campus.NumberAsync(
            "update contents set starts_at = '2026-03-10T15:00:01Z' where id = $1 returning id", Cancel, course.ContentIds[0]);

        Assert.IsType<Change<CompletionResult>.Impossible>(await student.TryAsync(student.Of(0) with { LearnerId = null }));
        Assert.Equal(["course.enrollment"], await student.ToldAsync());
        campus.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.True((await student.CompleteAsync(0)).IsNew);
    }

    [Fact]
    public async Task Nothing_is_completed_that_the_course_has_not_nor_under_anothers_enrolment_nor_before_it_is_published()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var student = await Student.EnrolledAsync(
            campus, await campus.AddCourseAsync(new CourseSeed { Contents = [new(), new() { Published = false }] }, Cancel), Cancel);
        var other = await Student.EnrolledAsync(campus, await campus.AddCourseAsync(Cancel), Cancel);
        await using var elsewhere = await CampusNode.StartAsync(postgres, Cancel);
        var before = await campus.EventsAsync(Cancel);

        Assert.IsType<Change<CompletionResult>.Unknown>(
            await student.TryAsync(student.Of(0) with { ContentId = other.Course.ContentIds[0] }));
        Assert.IsType<Change<CompletionResult>.Unknown>(await student.TryAsync(student.Of(0) with { LearnerId = other.User.Id }));
        Assert.IsType<Change<CompletionResult>.Unknown>(
            await elsewhere.Get<CompleteContent>().RunAsync(elsewhere.Institution, student.Of(0), Cancel));
        Assert.IsType<Change<CompletionResult>.Impossible>(await student.TryAsync(student.Of(1)));

        Assert.Equal(before.Count, (await campus.EventsAsync(Cancel)).Count);
        Assert.Empty(await campus.Get<CompletionStore>().ListAsync(campus.Institution.Id, student.Enrollment.Id, Cancel));
    }

    [Theory]
    [InlineData(EnrollmentState.Suspended)]
    [InlineData(EnrollmentState.Cancelled)]
    [InlineData(EnrollmentState.Scheduled)]
    [InlineData(EnrollmentState.Expired)]
    public async Task R4_Nothing_is_studied_under_an_enrolment_that_is_not_active(EnrollmentState state)
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var (user, course) = (await campus.AddUserAsync(Cancel), await campus.AddCourseAsync(Cancel));
        var request = new EnrollmentRequest(user.Id, course.Id, EnrollmentSource.Api)
        {
            StartsOn = state is EnrollmentState.Scheduled ? new DateOnly(2026, 3, 11) : null,
            DateExpire = new DateOnly(2026, 3, 12),
        };
        var id = CampusNode.Made(await campus.Get<EnsureEnrollment>().RunAsync(campus.Institution, request, Cancel)).Enrollment.Id;
        var lifecycle = campus.Get<EnrollmentLifecycle>();
        if (state is EnrollmentState.Suspended)
            await lifecycle.SuspendAsync(campus.Institution, id, Cancel);
        if (state is EnrollmentState.Cancelled)
            await lifecycle.CancelAsync(campus.Institution, id, Cancel);
        if (state is EnrollmentState.Expired)
            campus.Time.Advance(TimeSpan.FromDays(3));

        var change = await campus.Get<CompleteContent>().RunAsync(campus.Institution, new(id, course.ContentIds[0]), Cancel);

        Assert.IsType<Change<CompletionResult>.Impossible>(change);
        Assert.Single(await campus.EventsAsync(Cancel));
        Assert.Empty(await campus.Get<CompletionStore>().ListAsync(campus.Institution.Id, id, Cancel));
    }
}
