using Sineta.Learning.Catalog;
using Sineta.Testing;
using static Sineta.Learning.Tests.Catalog.CatalogFixture;

namespace Sineta.Learning.Tests.Catalog;

public sealed class CourseTests(Postgres postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_course_is_published_once_it_has_a_published_required_content()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var course = await campus.AddDraftAsync(Cancel);
        var lesson = await campus.AddLessonAsync(course.Id, Cancel);
        Assert.IsType<Change<Course>.Impossible>(await SetStatusAsync(campus, course, "published"));

        await campus.AddContentAsync(lesson.Id, Text() with { Published = false }, Cancel);
        await campus.AddContentAsync(lesson.Id, Text() with { Required = false }, Cancel);
        Assert.IsType<Change<Course>.Impossible>(await SetStatusAsync(campus, course, "published"));

        await campus.AddContentAsync(lesson.Id, Text(), Cancel);
        Assert.Equal(CourseStatus.Published, CampusNode.Made(await SetStatusAsync(campus, course, "published")).Status);
        Assert.IsType<Change<Course>.Impossible>(await SetStatusAsync(campus, course, "draft"));
        Assert.Equal(CourseStatus.Archived, CampusNode.Made(await SetStatusAsync(campus, course, "archived")).Status);
        Assert.Equal(CourseStatus.Published, CampusNode.Made(await SetStatusAsync(campus, course, "published")).Status);
    }

    [Fact]
    public async Task Every_fault_of_a_course_is_named_at_once()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var change = await campus.Get<CourseStore>().CreateAsync(campus.Institution, new CourseDraft
        {
            SchoolId = 0,
            Name = "\t",
            Description = "\0",
            WorkloadHours = -1,
            Status = "open",
            ValidityDays = 0,
            CertificateTemplateId = 0,
            CoverId = "capa",
        }, Cancel);
        Assert.Equal(
            ["/certificate_template_id", "/cover_id", "/description", "/name", "/school_id", "/status", "/validity_days", "/workload_hours"],
            PointersOf(change));
    }

    [Fact]
    public async Task Another_institutions_course_is_not_there()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var other = await campus.AddInstitutionAsync(Cancel);
        var (courses, course) = (campus.Get<CourseStore>(), await campus.AddDraftAsync(Cancel));

        Assert.Null(await courses.FindAsync(other.Id, course.Id, Cancel));
        Assert.Null(await campus.Get<CourseCatalog>().OutlineAsync(other.Id, course.Id, Cancel));
        Assert.IsType<Change<Course>.Unknown>(await courses.UpdateAsync(other, course.Id, d => d, Cancel));
        Assert.IsType<Change<Course>.Unknown>(await courses.DeleteAsync(other, course.Id, Cancel));
        Assert.IsType<Change<Lesson>.Unknown>(
            await campus.Get<LessonStore>().CreateAsync(other, course.Id, new LessonDraft { Title = "Aula" }, Cancel));
        Assert.Equal(["/school_id"], PointersOf(await courses.CreateAsync(other, Course(course.SchoolId), Cancel)));
    }

    [Fact]
    public async Task Only_a_draft_that_nobody_was_enrolled_in_is_deleted_and_then_with_all_it_has()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var courses = campus.Get<CourseStore>();
        var studied = await campus.AddCourseAsync(Cancel);
        Assert.IsType<Change<Course>.Impossible>(await courses.DeleteAsync(campus.Institution, studied.Id, Cancel));

        var user = await campus.AddUserAsync(Cancel);
        var enrolled = await campus.AddDraftAsync(Cancel);
        await campus.NumberAsync(
            """
            insert into enrollments (institution_id, user_id, course_id, source, enrolled_at) values ($1, $2, $3, 'import', now()) returning id
            """, Cancel, campus.Institution.Id, user.Id, enrolled.Id);
        Assert.IsType<Change<Course>.Impossible>(await courses.DeleteAsync(campus.Institution, enrolled.Id, Cancel));

        var draft = await campus.AddDraftAsync(Cancel);
        await campus.AddContentAsync((await campus.AddLessonAsync(draft.Id, Cancel)).Id, Quiz(Choice(1)), Cancel);
        Assert.IsType<Change<Course>.Made>(await courses.DeleteAsync(campus.Institution, draft.Id, Cancel));
        Assert.Null(await courses.FindAsync(campus.Institution.Id, draft.Id, Cancel));
    }

    [Fact]
    public async Task Courses_are_listed_by_name_page_by_page_and_found_by_a_part_of_it()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        foreach (var name in new[] { "beta", "Alfa", "alfa", "Gama 100%" })
            await campus.AddDraftAsync(Cancel, name);
        var listed = new List<ListedCourse>();
        while (true)
        {
            var after = listed.Count == 0 ? ((string, long)?)null : (listed[^1].Course.Name, listed[^1].Course.Id);
            var page = await campus.Get<CourseCatalog>().ListAsync(campus.Institution.Id, new CourseFilter(), after, 1, Cancel);
            if (page.Count == 0)
                break;
            listed.AddRange(page);
        }

        Assert.Equal(["Alfa", "alfa", "beta", "Gama 100%"], listed.Select(c => c.Course.Name));
        Assert.Equal(["Gama 100%"], await NamesAsync(campus, new CourseFilter(Search: "A 100%")));
        Assert.Empty(await NamesAsync(campus, new CourseFilter(CourseStatus.Published)));
    }

    private static async Task<IEnumerable<string>> NamesAsync(CampusNode campus, CourseFilter filter) =>
        (await campus.Get<CourseCatalog>().ListAsync(campus.Institution.Id, filter, after: null, 10, Cancel)).Select(c => c.Course.Name);

    private static Task<Change<Course>> SetStatusAsync(CampusNode campus, Course course, string status) =>
        campus.Get<CourseStore>().UpdateAsync(campus.Institution, course.Id, d => d with { Status = status }, Cancel);
}
