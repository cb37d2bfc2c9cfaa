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
