using Sineta.Delivery.Institutions;
using Sineta.Learning.Catalog;
using Sineta.Learning.Enrollments;
using Sineta.Learning.People;
using Sineta.Server.Demo.Courses;

namespace Sineta.Server.Demo;

/// <summary>
/// A place to try things with: two schools, six courses, two trails, a class, a manager, an integrator, and eight learners at different
/// points. What the learners did so far has its events.
/// </summary>
internal sealed class DemoSchool(IServiceProvider services, TimeProvider time)
{
    private static readonly DemoCourse[] Safety = [DigitalSafety.Course, DataProtection.Course, FirstAid.Course];
    private static readonly DemoCourse[] Everyday = [HouseholdFinance.Course, Writing.Course, WaterAndClimate.Course];

    /// <summary>Fills an institution that has nothing yet.</summary>
    public async Task OpenAsync(Institution institution, CancellationToken cancellationToken)
    {
        var manager = await RegisterAsync(institution, DemoPeople.Manager, cancellationToken);
        await RegisterAsync(institution, DemoPeople.Integrator, cancellationToken);
        var learners = new List<User>();
        foreach (var person in DemoPeople.Learners)
            learners.Add(await RegisterAsync(institution, person, cancellationToken));

        var campus = new DemoCampus(services, institution, cancellationToken);
        await campus.AddTemplatesAsync();
        var safety = await AddCoursesAsync(campus, await campus.AddSchoolAsync("Colégio Aurora", manager.Id), Safety);
        var everyday = await AddCoursesAsync(campus, await campus.AddSchoolAsync("Escola Técnica do Porto", manager.Id), Everyday);
        var trail = await campus.AddTrailAsync(
            "Escola segura", "Três cursos para que ninguém se machuque, on-line ou no pátio.", safety);
        await campus.AddTrailAsync("Contas, palavras e água", "O que se leva da escola para a vida.", everyday);
        var today = DateOnly.FromDateTime(institution.Clock.ToLocal(time.GetUtcNow()));
        await campus.AddClassAsync("Primeiros socorros, turma da manhã", safety[2], today, learners[5..7]);
        await StudyAsync([.. learners.Select(u => new DemoLearner(services, institution, u, cancellationToken))], safety, everyday, trail);
    }

    // The last learner has not begun anything.
    private static async Task StudyAsync(DemoLearner[] learners, CourseOutline[] safety, CourseOutline[] everyday, long trailId)
    {
        await learners[0].JoinAsync(trailId);
        foreach (var course in safety)
            await learners[0].StudyAsync(course, EnrollmentSource.CatalogCard);
        await learners[0].ViewCertificateAsync(safety[0]);

        await learners[1].StudyAsync(safety[0], EnrollmentSource.CourseDetails);
        await learners[1].JoinAsync(trailId);
        await learners[2].StudyAsync(everyday[0], EnrollmentSource.ContentItem, contents: 3);
        await learners[2].StudyAsync(everyday[2], EnrollmentSource.CatalogCard);
        await learners[3].StudyAsync(everyday[1], EnrollmentSource.CatalogCard, contents: 1);
        await learners[4].StudyAsync(everyday[0], EnrollmentSource.Api, contents: 0);
        await learners[5].StudyAsync(safety[2], EnrollmentSource.ClassInvite, contents: 4);
    }

    private static async Task<CourseOutline[]> AddCoursesAsync(DemoCampus campus, long schoolId, DemoCourse[] courses)
    {
        var outlines = new List<CourseOutline>();
        foreach (var course in courses)
            outlines.Add(await campus.AddCourseAsync(schoolId, course));
        return [.. outlines];
    }

    private async Task<User> RegisterAsync(Institution institution, UserDraft person, CancellationToken cancellationToken)
    {
        var accounts = services.GetRequiredService<UserAccounts>();
        var user = (await services.GetRequiredService<UserStore>().RegisterAsync(institution, person, cancellationToken)).Expect();
        var token = await accounts.IssueResetAsync(institution, user.Id, cancellationToken);
        return (await accounts.SetPasswordAsync(institution, token!, DemoPeople.Password, cancellationToken)).Expect();
    }
}
