using System.Globalization;
using Sineta.Learning.Catalog;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Progress;
using Sineta.Testing;

namespace Sineta.Learning.Tests.Progress;

public sealed class CourseEditingTests(Postgres postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task R8_A_content_that_is_added_lowers_the_progress_of_those_who_study_and_of_nobody_else()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var course = await campus.AddCourseAsync(Cancel, texts: 2);
        var (done, studying) = (await Student.EnrolledAsync(campus, course, Cancel), await Student.EnrolledAsync(campus, course, Cancel));
        await done.CompleteAsync(0);
        await done.CompleteAsync(1);
        await studying.CompleteAsync(0);
        var before = await done.ToldAsync();

        var draft = new ContentDraft { Kind = "text", Title = "Mais uma", Body = "Leia.", Published = true };
        var added = CampusNode.Made(await campus.Get<ContentStore>().CreateAsync(campus.Institution, course.LessonId, draft, Cancel));

        Assert.Equal((100, 33), (await ProgressAsync(campus, done), await ProgressAsync(campus, studying)));
        Assert.Equal(before, await done.ToldAsync());
        var late = await done.CompleteAsync(done.Of(0) with { ContentId = added.Id });
        Assert.Equal((true, 100), (late.IsNew, late.Progress));
        Assert.Equal(before.Append("content.completed"), await done.ToldAsync());
    }

    [Fact]
    public async Task R9_A_removal_is_made_once_the_number_of_those_whom_it_completes_is_confirmed()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var course = await campus.AddCourseAsync(Cancel, texts: 3);
        Student[] students = [.. await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Student.EnrolledAsync(campus, course, Cancel)))];
        foreach (var student in students)
            await student.CompleteAsync(0);
        foreach (var student in students[..5])
            await student.CompleteAsync(1);
        await students[0].CompleteAsync(2);
        await campus.Get<EnrollmentLifecycle>().CancelAsync(campus.Institution, students[1].Enrollment.Id, Cancel);
        await campus.Get<EnrollmentLifecycle>().SuspendAsync(campus.Institution, students[2].Enrollment.Id, Cancel);
        await campus.JoinTrailAsync(students[3].User.Id, course.Id, Cancel);
        var before = (await campus.EventsAsync(Cancel)).Count;
        var editing = campus.Get<CourseEditing>();

        var asked = await editing.RemoveContentAsync(campus.Institution, course.ContentIds[2], confirmed: null, Cancel);
        Assert.Equal(new Change<Content>.Unconfirmed(3), asked);
        Assert.IsType<Change<Content>.Unconfirmed>(
            await editing.RemoveContentAsync(campus.Institution, course.ContentIds[2], confirmed: 2, Cancel));
        Assert.Equal(66, await ProgressAsync(campus, students[3]));
        Assert.IsType<Change<Content>.Made>(await editing.RemoveContentAsync(campus.Institution, course.ContentIds[2], confirmed: 3, Cancel));

        var told = (await campus.EventsAsync(Cancel)).Skip(before).ToList();
        Assert.Equal(
            students[2..5].OrderBy(s => s.User.Id).Select(s => $"campus/enrollment:{s.Enrollment.Id}").Append(told[^1].DedupeKey),
            told.Select(e => e.DedupeKey));
        Assert.Equal(
            [.. Enumerable.Repeat("activities.course.completed", 3), "activities.trail.completed"], told.Select(e => e.Slug).ToArray());
        Assert.All(told, e => Assert.Equal(("content_removed", told[0].Correlation), (e.Source, e.Correlation)));
        Assert.Equal((50, 100), (await ProgressAsync(campus, students[5]), await ProgressAsync(campus, students[3])));
        Assert.Null((await students[1].NowAsync()).CompletedAt);
        var snapshot = told.Single(e => e.DedupeKey == $"campus/enrollment:{students[2].Enrollment.Id}").Data.GetProperty("enrollment");
        Assert.Equal((0, 1), (snapshot.GetProperty("actived").GetInt32(), snapshot.GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task R9_Unpublishing_and_making_optional_count_as_removals_and_the_last_required_content_completes_nobody()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var course = await campus.AddCourseAsync(Cancel, texts: 3);
        var student = await Student.EnrolledAsync(campus, course, Cancel);
        await student.CompleteAsync(0);
        var editing = campus.Get<CourseEditing>();
        Task<Change<Content>> Update(int content, Func<ContentDraft, ContentDraft> change) =>
            editing.UpdateContentAsync(campus.Institution, course.ContentIds[content], change, confirmed: null, Cancel);

        Assert.IsType<Change<Content>.Made>(await Update(1, d => d with { Body = "Leia.", Published = false }));
        Assert.Equal(new Change<Content>.Unconfirmed(1), await Update(2, d => d with { Body = "Leia.", Required = false }));

        var untouched = await campus.AddCourseAsync(Cancel, texts: 1);
        var idle = await Student.EnrolledAsync(campus, untouched, Cancel);
        await editing.RemoveContentAsync(campus.Institution, untouched.ContentIds[0], confirmed: null, Cancel);
        Assert.Equal(0, await ProgressAsync(campus, idle));
        Assert.Null((await idle.NowAsync()).CompletedAt);
    }

    [Fact]
    public async Task R9_Ten_thousand_learners_are_completed_by_one_removal()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var course = await campus.AddCourseAsync(Cancel, texts: 2);
        await campus.NumberAsync(
            """
            with learners as (
                insert into users (institution_id, name, email, cpf, uuid, role, created_at)
                select $1, 'Pessoa ' || i, 'p' || i || '@example.com', '529.982.247-25', gen_random_uuid(), 'learner', now()
                from generate_series(1, 10000) i returning id),
            enrolled as (
                insert into enrollments (institution_id, user_id, course_id, source, enrolled_at)
                select $1, id, $2, 'api', '2026-03-01' from learners returning id, user_id),
            done as (
                insert into content_completions (institution_id, enrollment_id, content_id, user_id, started_at, completed_at)
                select $1, id, $3, user_id, '2026-03-02', '2026-03-02' from enrolled returning id)
            select count(*) from done
            """, Cancel, campus.Institution.Id, course.Id, course.ContentIds[0]);

        Assert.IsType<Change<Content>.Made>(
            await campus.Get<CourseEditing>().RemoveContentAsync(campus.Institution, course.ContentIds[1], confirmed: 10_000, Cancel));

        var told = await campus.EventsAsync(Cancel);
        Assert.Equal(10_000, told.Select(e => e.DedupeKey).Distinct().Count());
        long[] learners = [.. told.Select(e => long.Parse(e.Learner, CultureInfo.InvariantCulture))];
        Assert.Equal(learners.Order(), learners);
    }

    private static async Task<int> ProgressAsync(CampusNode campus, Student student)
    {
        var required = await campus.Get<CompletionStore>().RequiredAsync(
            campus.Institution.Id, student.Enrollment.Id, student.Course.Id, Cancel);
        return required.Progress((await student.NowAsync()).CompletedAt is not null);
    }
}
