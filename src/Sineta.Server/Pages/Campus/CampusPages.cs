namespace Sineta.Server.Pages.Campus;

/// <summary>The pages of those who learn, whatever else they are.</summary>
internal static class CampusPages
{
    public const string Path = "/campus";
    public const string OwnCourses = Path + "/courses";
    public const string Trails = Path + "/trails";
    public const string Classes = Path + "/classes";
    public const string Certificates = Path + "/certificates";
    public const string Account = Path + "/account";

    public static void Map(RouteGroupBuilder pages)
    {
        var campus = pages.MapGroup(Path).Admits(Roles.People).OfAnInstitution();
        CatalogPages.Map(campus);
        CoursePages.Map(campus);
        ContentPages.Map(campus);
        TrailPages.Map(campus);
        ClassPages.Map(campus);
        CertificatePages.Map(campus);
        AccountPages.Map(campus);
        VerifyPages.Map(pages);
    }

    public static string Course(long id) => $"{OwnCourses}/{id}";

    public static string Content(long courseId, long contentId) => $"{OwnCourses}/{courseId}/contents/{contentId}";

    public static string Trail(long id) => $"{Trails}/{id}";

    /// <summary>The certificate of an enrolment.</summary>
    public static string Certificate(long enrollmentId) => $"{Certificates}/{enrollmentId}";

    public static string File(Guid id) => $"/files/{id}";
}
