namespace Sineta.Server.Pages.Manage;

/// <summary>The pages of those who run an institution: its courses, people, trails, classes and certificates.</summary>
internal static class ManagePages
{
    public const Roles OpenTo = Roles.Manager | Roles.Operator;

    public const string Path = "/manage";

    /// <summary>Rows of a list's page.</summary>
    public const int PageSize = 50;

    public static void Map(RouteGroupBuilder pages)
    {
        var manage = pages.MapGroup(Path).Admits(OpenTo).OfAnInstitution();
        OverviewPages.Map(manage);
        CoursePages.Map(manage.MapGroup("/courses"));
        LessonPages.Map(manage.MapGroup("/lessons"));
        ContentPages.Map(manage);
        UserPages.Map(manage.MapGroup("/users"));
        ImportPages.Map(manage.MapGroup("/imports"));
        ReportPages.Map(manage.MapGroup("/reports"));
        EnrollmentPages.Map(manage.MapGroup("/enrollments"));
        TrailPages.Map(manage.MapGroup("/trails"));
        ClassPages.Map(manage.MapGroup("/classes"));
        SchoolPages.Map(manage.MapGroup("/schools"));
        TemplatePages.Map(manage.MapGroup("/templates"));
        CertificatePages.Map(manage.MapGroup("/certificates"));
    }
}
