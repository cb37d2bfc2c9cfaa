using System.Text.Json;
using Sineta.Learning.Classes;
using Sineta.Learning.Enrollments;
using Sineta.Learning.People;
using Sineta.Testing;

namespace Sineta.Learning.Tests.Classes;

public sealed class ClassTests(Postgres postgres) : IAsyncLifetime
{
    private static readonly DateOnly Today = new(2026, 3, 10);
    private CampusNode _campus = null!;
    private SeededCourse _course = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClassEditing Editing => _campus.Get<ClassEditing>();

    public async ValueTask InitializeAsync()
    {
        _campus = await CampusNode.StartAsync(postgres, Cancel);
        _course = await _campus.AddCourseAsync(Cancel);
    }

    public ValueTask DisposeAsync() => _campus.DisposeAsync();

    [Fact]
    public async Task R2_Each_student_who_is_invited_is_enrolled_at_once_with_one_event()
    {
        var made = await ClassAsync(endsIn: 30);
        long[] users = [await UserAsync(), await UserAsync(), await UserAsync()];

        var invited = CampusNode.Made(await InviteAsync(made.Id, users[2], users[0], users[1]));
        var again = CampusNode.Made(await InviteAsync(made.Id, users));

        Assert.Equal([(users[2], true), (users[0], true), (users[1], true)], invited.Select(s => (s.UserId, s.IsNew)));
        Assert.Equal(invited.OrderBy(s => s.UserId).Select(s => s with { IsNew = false }), again);
        var told = await _campus.EventsAsync(Cancel);
        Assert.Equal(3, told.Count);
        Assert.All(told, e => Assert.Equal(("activities.course.enrollment", "class_invite"), (e.Slug, e.Source)));
        Assert.All(told, e => Assert.Equal((1, 1, "2026-04-09"), ShownIn(e)));
        Assert.Equal(users, (await StudentsAsync(made.Id)).Select(s => s.UserId));
    }

    [Fact]
    public async Task R2_A_class_that_starts_later_enrols_now_and_lets_nobody_study_before_its_first_day()
    {
        var made = await ClassAsync(startsIn: 1, endsIn: 30);

        await InviteAsync(made.Id, await UserAsync());

        Assert.Equal((0, 1, "2026-04-09"), ShownIn(Assert.Single(await _campus.EventsAsync(Cancel))));
        Assert.Equal(EnrollmentState.Scheduled, Assert.Single(await StudentsAsync(made.Id)).State);
        _campus.MoveTo(new DateTimeOffset(2026, 3, 11, 0, 0, 0, TimeSpan.FromHours(-3)));
        Assert.Equal(EnrollmentState.Active, Assert.Single(await StudentsAsync(made.Id, Today.AddDays(1))).State);
    }

    [Theory]
    [InlineData(10, 30, 30)]
    [InlineData(40, 30, 40)]
    [InlineData(null, 30, null)]
    [InlineData(10, null, null)]
    public async Task R2_Who_is_enrolled_already_joins_the_class_until_the_later_of_the_two_days_without_an_event(
        int? own, int? endsIn, int? expected)
    {
        var user = await UserAsync();
        var request = new EnrollmentRequest(user, _course.Id, EnrollmentSource.CatalogCard) { DateExpire = In(own) };
        var ensured = CampusNode.Made(await _campus.Get<EnsureEnrollment>().RunAsync(_campus.Institution, request, Cancel));
        var made = await ClassAsync(endsIn: endsIn);

        var invited = Assert.Single(CampusNode.Made(await InviteAsync(made.Id, user)));

        Assert.Equal(new InvitedStudent(user, ensured.Enrollment.Id, IsNew: false), invited);
        Assert.Single(await _campus.EventsAsync(Cancel));
        Assert.Equal(In(expected), Assert.Single(await StudentsAsync(made.Id)).DateExpire);
    }

    [Fact]
    public async Task R2_Fifty_invitations_of_the_same_students_at_once_are_one_enrolment_each()
    {
        var made = await ClassAsync();
        long[] users = [await UserAsync(), await UserAsync()];

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => InviteAsync(made.Id, i % 2 == 0 ? users : [users[1], users[0]])));

        Assert.Equal(2, (await _campus.EventsAsync(Cancel)).Count);
        Assert.Equal(2, (await FindAsync(made.Id)).Students);
    }

    [Fact]
    public async Task Whoever_is_unknown_is_named_and_then_nobody_is_invited()
    {
        await using var elsewhere = await CampusNode.StartAsync(postgres, Cancel);
        var made = await ClassAsync();
        var gone = await UserAsync();
        await _campus.Get<UserStore>().RemoveAsync(_campus.Institution, gone, Cancel);

        var refused = await InviteAsync(made.Id, await UserAsync(), (await elsewhere.AddUserAsync(Cancel)).Id, await UserAsync(), gone);

        Assert.Equal(["/user_ids/1", "/user_ids/3"], PointersOf(refused));
        Assert.Empty(await _campus.EventsAsync(Cancel));
        Assert.Empty(await StudentsAsync(made.Id));
    }

    [Fact]
    public async Task None_and_the_same_one_twice_and_too_many_at_once_are_refused()
    {
        var made = await ClassAsync();
        foreach (var users in new long[][] { [], [.. Enumerable.Range(1, 1001)] })
            Assert.Equal(["/user_ids"], PointersOf(await InviteAsync(made.Id, users)));
        Assert.Equal(["/user_ids/2", "/user_ids/3"], PointersOf(await InviteAsync(made.Id, 1, 2, 1, 1)));
    }

    [Fact]
    public async Task Nobody_is_invited_to_a_class_that_has_ended_or_whose_course_is_not_published_any_more()
    {
        var (ended, archived) = (await ClassAsync(endsIn: 0), await ClassAsync());
        var user = await UserAsync();
        await _campus.NumberAsync("update courses set status = 'archived' where id = $1 returning id", Cancel, _course.Id);
        Assert.IsType<Change<IReadOnlyList<InvitedStudent>>.Impossible>(await InviteAsync(archived.Id, user));

        await _campus.NumberAsync("update courses set status = 'published' where id = $1 returning id", Cancel, _course.Id);
        _campus.MoveTo(new DateTimeOffset(2026, 3, 10, 23, 59, 59, TimeSpan.FromHours(-3)));
        CampusNode.Made(await InviteAsync(ended.Id, user));
        _campus.MoveTo(new DateTimeOffset(2026, 3, 11, 0, 0, 0, TimeSpan.FromHours(-3)));
        Assert.IsType<Change<IReadOnlyList<InvitedStudent>>.Impossible>(await InviteAsync(ended.Id, await UserAsync()));
        Assert.Single(await _campus.EventsAsync(Cancel));
    }

    [Fact]
    public async Task R3_Enrolments_of_a_class_follow_its_days_without_an_event()
    {
        var made = await ClassAsync(startsIn: 5, endsIn: 30);
        var (plain, renewed, shorter, ended) = (await UserAsync(), await UserAsync(), await UserAsync(), await UserAsync());
        await _campus.Get<EnsureEnrollment>().RunAsync(
            _campus.Institution, new(shorter, _course.Id, EnrollmentSource.Api) { DateExpire = In(2) }, Cancel);
        CampusNode.Made(await InviteAsync(made.Id, plain, renewed, shorter, ended));
        await SetAsync(renewed, "date_expire = '2026-12-31'");
        await SetAsync(shorter, "date_expire = '2026-03-12'");
        await SetAsync(ended, "ended = 'cancelled', ended_at = now()");
        var told = (await _campus.EventsAsync(Cancel)).Count;

        CampusNode.Made(await EditAsync(made.Id, draft => draft with { StartsOn = Today, EndsOn = In(20) }));

        var students = (await StudentsAsync(made.Id)).ToDictionary(s => s.UserId, s => (s.State, s.DateExpire));
        Assert.Equal((EnrollmentState.Active, In(20)), students[plain]);
        Assert.Equal((EnrollmentState.Active, new DateOnly(2026, 12, 31)), students[renewed]);
        Assert.Equal((EnrollmentState.Active, In(20)), students[shorter]);
        Assert.Equal((EnrollmentState.Cancelled, In(30)), students[ended]);
        Assert.Equal(told, (await _campus.EventsAsync(Cancel)).Count);
        CampusNode.Made(await EditAsync(made.Id, draft => draft with { EndsOn = null }));
        Assert.Equal([null, null, null, In(30)], (await StudentsAsync(made.Id)).Select(s => s.DateExpire));
    }

    [Fact]
    public async Task R2_A_class_without_an_end_gives_what_the_course_is_valid_for_and_goes_on_doing_so_when_it_is_moved()
    {
        _course = await _campus.AddCourseAsync(new CourseSeed { ValidityDays = 30 }, Cancel);
        var made = await ClassAsync(startsIn: 5);
        var (plain, renewed, shorter) = (await UserAsync(), await UserAsync(), await UserAsync());
        CampusNode.Made(await InviteAsync(made.Id, plain, renewed, shorter));
        await SetAsync(renewed, "date_expire = '2026-12-31'");
        await SetAsync(shorter, "date_expire = '2026-03-20'");

        CampusNode.Made(await EditAsync(made.Id, draft => draft with { Name = "Outra" }));
        Assert.Equal([In(34), new(2026, 12, 31), In(10)], await LastDaysAsync(made.Id));
        CampusNode.Made(await EditAsync(made.Id, draft => draft with { StartsOn = In(15) }));
        Assert.Equal([In(44), new(2026, 12, 31), In(44)], await LastDaysAsync(made.Id));
        _campus.Time.Advance(TimeSpan.FromDays(8));
        CampusNode.Made(await EditAsync(made.Id, draft => draft with { StartsOn = In(-40) }));
        Assert.Equal([In(37), new(2026, 12, 31), In(37)], await LastDaysAsync(made.Id));
    }

    [Fact]
    public async Task Where_a_change_of_a_class_changes_no_last_day_what_a_manager_has_set_stays()
    {
        var (open, ending) = (await ClassAsync(startsIn: 5), await ClassAsync(startsIn: 5, endsIn: 30));
        var (one, other) = (await UserAsync(), await UserAsync());
        CampusNode.Made(await InviteAsync(open.Id, one));
        CampusNode.Made(await InviteAsync(ending.Id, other));
        await SetAsync(one, "date_expire = '2026-03-20'");
        await SetAsync(other, "date_expire = '2026-03-20'");

        CampusNode.Made(await EditAsync(open.Id, draft => draft with { StartsOn = Today }));
        CampusNode.Made(await EditAsync(ending.Id, draft => draft with { StartsOn = Today }));

        Assert.Equal(In(10), Assert.Single(await LastDaysAsync(open.Id)));
        Assert.Equal(In(10), Assert.Single(await LastDaysAsync(ending.Id)));
    }

    [Theory]
    [InlineData(20, 0, EnrollmentState.Active)]
    [InlineData(20, 5, EnrollmentState.Scheduled)]
    [InlineData(0, 5, EnrollmentState.Active)]
    [InlineData(null, 5, EnrollmentState.Active)]
    public async Task R2_Who_is_enrolled_from_a_later_day_on_and_joins_a_class_studies_from_the_earlier_of_the_two(
        int? own, int startsIn, EnrollmentState expected)
    {
        var user = await UserAsync();
        var request = new EnrollmentRequest(user, _course.Id, EnrollmentSource.Api) { StartsOn = In(own) };
        CampusNode.Made(await _campus.Get<EnsureEnrollment>().RunAsync(_campus.Institution, request, Cancel));
        var made = await ClassAsync(startsIn);

        CampusNode.Made(await InviteAsync(made.Id, user));

        Assert.Equal(expected, Assert.Single(await StudentsAsync(made.Id)).State);
        Assert.Equal(EnrollmentState.Active, Assert.Single(await StudentsAsync(made.Id, Today.AddDays(startsIn))).State);
    }

    [Fact]
    public async Task A_student_who_is_taken_out_stays_enrolled_and_an_empty_class_can_be_deleted()
    {
        var made = await ClassAsync();
        var user = await UserAsync();
        var invited = Assert.Single(CampusNode.Made(await InviteAsync(made.Id, user)));

        Assert.IsType<Change<CourseClass>.Impossible>(await Editing.DeleteAsync(_campus.Institution, made.Id, Cancel));
        CampusNode.Made(await Editing.RemoveStudentAsync(_campus.Institution, made.Id, user, Cancel));
        Assert.IsType<Change<CourseClass>.Unknown>(await Editing.RemoveStudentAsync(_campus.Institution, made.Id, user, Cancel));
        CampusNode.Made(await Editing.DeleteAsync(_campus.Institution, made.Id, Cancel));

        var enrollment = (await _campus.Get<EnrollmentStore>().FindAsync(_campus.Institution.Id, invited.EnrollmentId, Cancel))!;
        Assert.Equal((EnrollmentState.Active, null), (enrollment.StateOn(Today), enrollment.ClassId));
        Assert.IsType<Change<CourseClass>.Unknown>(await Editing.DeleteAsync(_campus.Institution, made.Id, Cancel));
    }

    [Fact]
    public async Task Every_fault_of_a_class_is_named()
    {
        await using var elsewhere = await CampusNode.StartAsync(postgres, Cancel);
        var foreign = await elsewhere.AddCourseAsync(Cancel);
        var draft = await _campus.AddCourseAsync(new CourseSeed { Status = "draft" }, Cancel);

        await RefusedAsync(new ClassDraft(), "/course_id", "/name", "/starts_on");
        await RefusedAsync(new ClassDraft { CourseId = foreign.Id, Name = "Turma", StartsOn = Today, EndsOn = Today.AddDays(-1) }, "/course_id", "/ends_on");
        await RefusedAsync(
            new ClassDraft { CourseId = draft.Id, Name = "", StartsOn = Today.AddDays(-9), EndsOn = Today.AddDays(-1) },
            "/course_id", "/name", "/ends_on");
        var made = await ClassAsync(endsIn: 0);
        var refused = Assert.IsType<Change<CourseClass>.Refused>(await EditAsync(made.Id, present => present with { CourseId = draft.Id }));
        Assert.Equal("/course_id", Assert.Single(refused.Faults).Pointer);
        _campus.Time.Advance(TimeSpan.FromDays(9));
        Assert.Equal("Outra", CampusNode.Made(await EditAsync(made.Id, present => present with { Name = "Outra" })).Name);
    }

    [Fact]
    public async Task A_class_is_found_by_nobody_else()
    {
        await using var elsewhere = await CampusNode.StartAsync(postgres, Cancel);
        var made = await ClassAsync();

        Assert.Equal([made], await _campus.Get<ClassStore>().ListAsync(_campus.Institution.Id, _course.Id, 0, 10, Cancel));
        Assert.Empty(await _campus.Get<ClassStore>().ListAsync(_campus.Institution.Id, _course.Id + 1, 0, 10, Cancel));
        Assert.Null(await elsewhere.Get<ClassStore>().FindAsync(elsewhere.Institution.Id, made.Id, Cancel));
        Assert.IsType<Change<IReadOnlyList<InvitedStudent>>.Unknown>(await elsewhere.Get<InviteStudents>().RunAsync(
            elsewhere.Institution, made.Id, [(await elsewhere.AddUserAsync(Cancel)).Id], Cancel));
    }

    private static DateOnly? In(int? days) => days is { } given ? Today.AddDays(given) : null;

    private static (int Actived, int Status, string? DateExpire) ShownIn(ToldEvent told)
    {
        var enrollment = told.Data.GetProperty("enrollment");
        return (enrollment.GetProperty("actived").GetInt32(), enrollment.GetProperty("status").GetInt32(),
            enrollment.GetProperty("date_expire") is { ValueKind: JsonValueKind.String } day ? day.GetString() : null);
    }

    private static IEnumerable<string> PointersOf(Change<IReadOnlyList<InvitedStudent>> change) =>
        Assert.IsType<Change<IReadOnlyList<InvitedStudent>>.Refused>(change).Faults.Select(f => f.Pointer);

    private async Task<long> UserAsync() => (await _campus.AddUserAsync(Cancel)).Id;

    private async Task<CourseClass> ClassAsync(int startsIn = 0, int? endsIn = null) => CampusNode.Made(await Editing.CreateAsync(
        _campus.Institution,
        new ClassDraft { CourseId = _course.Id, Name = "Turma da manhã", StartsOn = Today.AddDays(startsIn), EndsOn = In(endsIn) }, Cancel));

    private Task<Change<IReadOnlyList<InvitedStudent>>> InviteAsync(long classId, params long[] userIds) =>
        _campus.Get<InviteStudents>().RunAsync(_campus.Institution, classId, userIds, Cancel);

    private Task<Change<CourseClass>> EditAsync(long id, Func<ClassDraft, ClassDraft> change) =>
        Editing.UpdateAsync(_campus.Institution, id, change, Cancel);

    private async Task RefusedAsync(ClassDraft draft, params string[] pointers)
    {
        var refused = Assert.IsType<Change<CourseClass>.Refused>(await Editing.CreateAsync(_campus.Institution, draft, Cancel));
        Assert.Equal(pointers, refused.Faults.Select(f => f.Pointer));
    }

    private Task<IReadOnlyList<ClassStudent>> StudentsAsync(long classId, DateOnly? today = null) =>
        _campus.Get<ClassStore>().StudentsAsync(_campus.Institution.Id, classId, today ?? Today, 0, 100, Cancel);

    private async Task<IEnumerable<DateOnly?>> LastDaysAsync(long classId) => (await StudentsAsync(classId)).Select(s => s.DateExpire);

    private async Task<CourseClass> FindAsync(long id) => (await _campus.Get<ClassStore>().FindAsync(_campus.Institution.Id, id, Cancel))!;

    private Task<long> SetAsync(long userId, string what) =>
        _campus.NumberAsync($"update enrollments set {what} where user_id = $1 returning id", Cancel, userId);
}
