namespace Sineta.Learning.Enrollments;

/// <summary>What caused an enrolment; <c>sineta-source</c> tells it.</summary>
public enum EnrollmentSource
{
    /// <summary>Start on a card of the catalog.</summary>
    CatalogCard,

    /// <summary>Start in the course's details.</summary>
    CourseDetails,

    /// <summary>A click on a content in the course's details.</summary>
    ContentItem,

    /// <summary>An invitation to a class.</summary>
    ClassInvite,

    /// <summary>Another system.</summary>
    Api,

    /// <summary>A file of enrolments.</summary>
    Import,
}

/// <summary>How sources are written.</summary>
public static class EnrollmentSources
{
    public static IReadOnlyList<string> All { get; } = ["catalog_card", "course_details", "content_item", "class_invite", "api", "import"];

    public static string Format(EnrollmentSource source) => All[(int)source];

    public static bool TryParse(string text, out EnrollmentSource source)
    {
        var at = All.ToList().IndexOf(text);
        source = (EnrollmentSource)Math.Max(at, 0);
        return at >= 0;
    }
}
