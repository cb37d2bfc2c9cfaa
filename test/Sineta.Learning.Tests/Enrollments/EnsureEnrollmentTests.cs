using Sineta.Learning.Enrollments;
using Sineta.Learning.People;
using Sineta.Testing;

namespace Sineta.Learning.Tests.Enrollments;

public sealed class EnsureEnrollmentTests(Postgres postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(EnrollmentSource.CatalogCard, "catalog_card")]
    [InlineData(EnrollmentSource.CourseDetails, "course_details")]
    [InlineData(EnrollmentSource.ContentItem, "content_item")]
    [InlineData(EnrollmentSource.ClassInvite, "class_invite")]
    [InlineData(EnrollmentSource.Api, "api")]
    public async Task R1_Each_way_of_enrolling_is_told_once_with_its_source(EnrollmentSource source, string written)
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var (user, course) = (await campus.AddUserAsync(Cancel), await campus.AddCourseAsync(Cancel));

        var made = await EnsureAsync(campus, new(user.Id, course.Id, source));
        var again = await EnsureAsync(campus, new(user.Id, course.Id, EnrollmentSource.CatalogCard));

        Assert.True(made.IsNew);
        Assert.Equal(made with { IsNew = false }, again);
        var told = Assert.Single(await campus.EventsAsync(Cancel));
        Assert.Equal(("activities.course.enrollment", $"campus/enrollment:{made.Enrollment.Id}", written), (told.Slug, told.DedupeKey, told.Source));
        var enrollment = told.Data.GetProperty("enrollment");
        Assert.Equal((1, 1), (enrollment.GetProperty("actived").GetInt32(), enrollment.GetProperty("status").GetInt32()));
        Assert.Equal(course.Id, enrollment.GetProperty("course_id").GetInt64());
        Assert.Equal(user.Cpf, told.Data.GetProperty("user").GetProperty("cpf").GetString());
    }

    [Fact]
    public async Task R1_Fifty_starts_at_once_are_one_enrolment_and_one_event()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var (user, course) = (await campus.AddUserAsync(Cancel), await campus.AddCourseAsync(Cancel));

        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(
            i => EnsureAsync(campus, new(user.Id, course.Id, (EnrollmentSource)(i % 5)))));

        Assert.Single(all, e => e.IsNew);
        Assert.Single(all.Select(e => e.Enrollment.Id).Distinct());
        Assert.Single(await campus.EventsAsync(Cancel));
    }

    [Fact]
    public async Task R2_One_who_starts_later_is_in_force_but_not_active()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var (user, course) = (await campus.AddUserAsync(Cancel), await campus.AddCourseAsync(Cancel));

        await EnsureAsync(campus, new(user.Id, course.Id, EnrollmentSource.ClassInvite) { StartsOn = new DateOnly(2026, 3, 11) });

        var enrollment = Assert.Single(await campus.EventsAsync(Cancel)).Data.GetProperty("enrollment");
        Assert.Equal((0, 1), (enrollment.GetProperty("actived").GetInt32(), enrollment.GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task R5_After_the_last_day_a_new_enrolment_is_made_and_told()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var user = await campus.AddUserAsync(Cancel);
        var course = await campus.AddCourseAsync(new CourseSeed { ValidityDays = 2 }, Cancel);
        var first = await EnsureAsync(campus, new(user.Id, course.Id, EnrollmentSource.CatalogCard));
        Assert.Equal(new DateOnly(2026, 3, 11), first.Enrollment.DateExpire);

        campus.MoveTo(new DateTimeOffset(2026, 3, 11, 23, 59, 59, TimeSpan.FromHours(-3)));
        Assert.False((await EnsureAsync(campus, new(user.Id, course.Id, EnrollmentSource.CatalogCard))).IsNew);
        campus.MoveTo(new DateTimeOffset(2026, 3, 12, 0, 0, 0, TimeSpan.FromHours(-3)));
        var second = await EnsureAsync(campus, new(user.Id, course.Id, EnrollmentSource.CatalogCard));

        Assert.True(second.IsNew);
        Assert.NotEqual(first.Enrollment.Id, second.Enrollment.Id);
        Assert.Equal(2, (await campus.EventsAsync(Cancel)).Count);
        var ended = await campus.Get<EnrollmentStore>().FindAsync(campus.Institution.Id, first.Enrollment.Id, Cancel);
        Assert.Equal((EnrollmentEnd.Expired, campus.Time.GetUtcNow()), (ended!.Ended!.Value, ended.EndedAt!.Value));
    }

    [Theory]
    [InlineData("draft")]
    [InlineData("archived")]
    public async Task Nobody_is_enrolled_in_a_course_that_is_not_published(string status)
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var user = await campus.AddUserAsync(Cancel);
        var course = await campus.AddCourseAsync(new CourseSeed { Status = status }, Cancel);

        Assert.IsType<Change<EnsuredEnrollment>.Impossible>(await RunAsync(campus, new(user.Id, course.Id, EnrollmentSource.Api)));
        await NothingHappenedAsync(campus);
    }

    [Fact]
    public async Task Nobody_is_enrolled_who_is_of_another_institution_was_removed_or_is_unknown()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        await using var elsewhere = await CampusNode.StartAsync(postgres, Cancel);
        var (user, course) = (await campus.AddUserAsync(Cancel), await campus.AddCourseAsync(Cancel));
        var (stranger, foreign) = (await elsewhere.AddUserAsync(Cancel), await elsewhere.AddCourseAsync(Cancel));
        var gone = await campus.AddUserAsync(Cancel);
        await campus.Get<UserStore>().RemoveAsync(campus.Institution, gone.Id, Cancel);

        foreach (var (userId, courseId) in new[] { (stranger.Id, course.Id), (user.Id, foreign.Id), (gone.Id, course.Id), (user.Id, -1) })
            Assert.IsType<Change<EnsuredEnrollment>.Unknown>(await RunAsync(campus, new(userId, courseId, EnrollmentSource.Api)));
        await NothingHappenedAsync(campus);
    }

    [Fact]
    public async Task A_last_day_that_is_over_is_refused()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var (user, course) = (await campus.AddUserAsync(Cancel), await campus.AddCourseAsync(Cancel));

        var refused = Assert.IsType<Change<EnsuredEnrollment>.Refused>(
            await RunAsync(campus, new(user.Id, course.Id, EnrollmentSource.Api) { DateExpire = new DateOnly(2026, 3, 9) }));

        Assert.Equal("/date_expire", Assert.Single(refused.Faults).Pointer);
        await NothingHappenedAsync(campus);
    }

    private static Task<Change<EnsuredEnrollment>> RunAsync(CampusNode campus, EnrollmentRequest request) =>
        campus.Get<EnsureEnrollment>().RunAsync(campus.Institution, request, Cancel);

    private static async Task<EnsuredEnrollment> EnsureAsync(CampusNode campus, EnrollmentRequest request) =>
        CampusNode.Made(await RunAsync(campus, request));

    private static async Task NothingHappenedAsync(CampusNode campus)
    {
        Assert.Empty(await campus.EventsAsync(Cancel));
        Assert.Empty(await campus.Get<EnrollmentStore>().ListAsync(campus.Institution.Id, new(), new DateOnly(2026, 3, 10), 0, 10, Cancel));
    }
}
