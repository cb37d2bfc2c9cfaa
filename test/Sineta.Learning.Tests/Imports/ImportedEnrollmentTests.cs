using System.Globalization;
using System.Text;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Imports;
using Sineta.Learning.People;
using Sineta.Learning.Progress;
using Sineta.Testing;

namespace Sineta.Learning.Tests.Imports;

/// <summary>What becomes of the times in a file of enrolments, and of enrolments that are there already.</summary>
public sealed class ImportedEnrollmentTests(Postgres postgres) : IAsyncLifetime
{
    private CampusNode _campus = null!;
    private SeededCourse _course = null!;
    private User _user = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ImportStore Store => _campus.Get<ImportStore>();

    public async ValueTask InitializeAsync()
    {
        _campus = await CampusNode.StartAloneAsync(postgres, Cancel);
        (_user, _course) = (await _campus.AddUserAsync(Cancel), await _campus.AddCourseAsync(Cancel, texts: 1));
    }

    public ValueTask DisposeAsync() => _campus.DisposeAsync();

    [Fact]
    public async Task A_time_that_cannot_be_read_refuses_its_row_and_no_other()
    {
        var other = await _campus.AddUserAsync(Cancel);

        var enrollments = await RunAsync(ImportKind.Enrollments, $"""
            user_id,course_id,enrolled_at,date_expire,completed_at
            {_user.Id},{_course.Id},2024-03-10 08:00:00,,
            {_user.Id},{_course.Id},March 10,2024,
            {_user.Id},{_course.Id},31/02/2024,,2024-03-10
            {_user.Id},{_course.Id},9999-12-31 23:59:59,,0001-01-01 00:00:00
            {other.Id},{_course.Id},2024-03-11 08:00:00,,
            """);
        var completions = await RunAsync(ImportKind.Completions, $"""
            user_id,content_id,completed_at
            {_user.Id},{_course.ContentIds[0]},yesterday
            {_user.Id},{_course.ContentIds[0]},2024-03-12 08:00:00
            """);

        Assert.Equal((ImportState.Done, 5, 3), (enrollments.State, enrollments.Done, enrollments.Refused));
        Assert.Equal(
            ["enrolled_at date_expire", "enrolled_at completed_at", "enrolled_at completed_at"], (await RefusalsAsync(enrollments)).Select(Columns));
        Assert.Equal((ImportState.Done, 2, 1), (completions.State, completions.Done, completions.Refused));
    }

    [Theory]
    [InlineData("10/03/2024", "2024-03-10T03:00:00Z")]
    [InlineData("9/3/2024 8:05", "2024-03-09T11:05:00Z")]
    [InlineData("31/12/2024 23:59:58", "2025-01-01T02:59:58Z")]
    public async Task Times_are_read_as_a_Brazilian_spreadsheet_writes_them_the_day_first(string written, string read)
    {
        var import = await RunAsync(ImportKind.Enrollments, $"""
            user_id;course_id;enrolled_at;date_expire
            {_user.Id};{_course.Id};{written};09/04/2027
            """);

        Assert.Equal((ImportState.Done, 0), (import.State, import.Refused));
        var made = Assert.Single(await EnrollmentsAsync());
        Assert.Equal((DateTimeOffset.Parse(read, CultureInfo.InvariantCulture), new DateOnly(2027, 4, 9)), (made.EnrolledAt, made.DateExpire));
    }

    [Fact]
    public async Task An_import_that_cannot_go_on_leaves_none_of_its_rows()
    {
        await using (var command = _campus.Database.CreateCommand("alter table enrollments add check (id is null) not valid"))
            await command.ExecuteNonQueryAsync(Cancel);

        var import = await RunAsync(ImportKind.Enrollments, $"""
            user_id,course_id,enrolled_at
            {_user.Id},{_course.Id},2024-03-10 08:00:00
            """);

        Assert.Equal((ImportState.Failed, 0), (import.State, import.Done));
        Assert.Equal(0, await _campus.NumberAsync("select count(*) from import_rows", Cancel));
    }

    [Fact]
    public async Task R4_An_enrolment_of_the_past_that_is_brought_in_later_hides_none_that_is_in_force()
    {
        var open = await EnrollAsync();

        await RunAsync(ImportKind.Enrollments, $"""
            user_id,course_id,enrolled_at,date_expire
            {_user.Id},{_course.Id},2024-01-10 08:00:00,2024-12-31
            """);

        Assert.Equal(2, (await EnrollmentsAsync()).Count);
        Assert.Equal(open.Id, (await StudyAsync()).Enrollment.Id);
        Assert.Equal(open.Id, Assert.Single(await _campus.Get<StudyStore>().OfLearnerAsync(_campus.Institution.Id, _user.Id, 9, Cancel)).Enrollment.Id);
    }

    [Fact]
    public async Task Of_enrolments_that_are_over_the_one_that_began_last_is_shown()
    {
        await RunAsync(ImportKind.Enrollments, $"""
            user_id,course_id,enrolled_at,date_expire
            {_user.Id},{_course.Id},2025-01-10 08:00:00,2025-12-31
            {_user.Id},{_course.Id},2024-01-10 08:00:00,2024-12-31
            """);

        Assert.Equal(2025, (await StudyAsync()).Enrollment.EnrolledAt.Year);
    }

    [Fact]
    public async Task R16_No_row_completes_an_enrolment_before_that_began()
    {
        var open = await EnrollAsync();

        var import = await RunAsync(ImportKind.Enrollments, $"""
            user_id,course_id,enrolled_at,date_expire,completed_at
            {_user.Id},{_course.Id},2025-01-10 08:00:00,,2025-06-01 08:00:00
            {_user.Id},{_course.Id},2025-01-10 08:00:00,2027-12-31,2025-06-01 08:00:00
            """);

        var refusals = await RefusalsAsync(import);
        Assert.Equal(["completed_at", "completed_at"], refusals.Select(Columns));
        Assert.Equal(
            "Is before 2026-03-10 12:00:00, when the enrollment in force began: an earlier enrollment needs a date_expire that is over.",
            refusals[0].Faults[0].Message);
        Assert.Equal(open, Assert.Single(await EnrollmentsAsync()));
    }

    [Fact]
    public async Task R16_What_was_completed_before_the_enrolment_in_force_is_an_enrolment_of_its_own_where_it_is_over()
    {
        var open = await EnrollAsync();

        await RunAsync(ImportKind.Enrollments, $"""
            user_id,course_id,enrolled_at,date_expire,completed_at
            {_user.Id},{_course.Id},2025-01-10 08:00:00,2025-12-31,2025-06-01 08:00:00
            """);

        var all = await EnrollmentsAsync();
        Assert.Equal(open, all[0]);
        Assert.Equal((EnrollmentEnd.Expired, 6), (all[1].Ended, all[1].CompletedAt!.Value.Month));
    }

    private static string Columns(ImportRefusal refusal) => string.Join(' ', refusal.Faults.Select(f => f.Pointer));

    private async Task<Import> RunAsync(ImportKind kind, string csv)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(csv));
        var received = CampusNode.Made(
            await _campus.Get<ImportIntake>().ReceiveAsync(
                _campus.Institution, kind, ImportFormat.Csv, emitsEvents: false, Role.Manager, file, Cancel));
        while (await _campus.Get<Importer>().StepAsync(Cancel))
        {
        }

        return (await Store.FindAsync(_campus.Institution.Id, received.Id, Cancel))!;
    }

    private Task<IReadOnlyList<ImportRefusal>> RefusalsAsync(Import import) =>
        Store.RefusalsAsync(_campus.Institution.Id, import.Id, 0, 100, Cancel);

    private async Task<Enrollment> EnrollAsync() => CampusNode.Made(await _campus.Get<EnsureEnrollment>().RunAsync(
        _campus.Institution, new(_user.Id, _course.Id, EnrollmentSource.CatalogCard), Cancel)).Enrollment;

    private Task<IReadOnlyList<Enrollment>> EnrollmentsAsync() => _campus.Get<EnrollmentStore>().ListAsync(
        _campus.Institution.Id, new EnrollmentFilter(UserId: _user.Id), new DateOnly(2026, 3, 10), 0, 100, Cancel);

    private async Task<CourseStudy> StudyAsync() =>
        (await _campus.Get<StudyStore>().FindAsync(_campus.Institution.Id, _user.Id, _course.Id, Cancel))!;
}
