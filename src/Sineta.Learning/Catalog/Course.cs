using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Sineta.Delivery.Storage;

namespace Sineta.Learning.Catalog;

/// <summary>A course of a school: lessons with contents, in order.</summary>
/// <param name="WorkloadHours">What certificates say of its length.</param>
/// <param name="ValidityDays">How many days an enrolment lasts; null: for ever.</param>
/// <param name="CertificateTemplateId">What whoever completes it gets; null: no certificate.</param>
/// <param name="CoverId">A picture among the files.</param>
public sealed record Course(
    long Id, long SchoolId, string Name, string Description, int WorkloadHours, CourseStatus Status, int? ValidityDays,
    long? CertificateTemplateId, Guid? CoverId, DateTimeOffset CreatedAt);

/// <summary>What can be done with a course.</summary>
public enum CourseStatus
{
    /// <summary>It is being written: nobody can study it.</summary>
    Draft,

    /// <summary>It stands in the catalog.</summary>
    Published,

    /// <summary>Nobody begins it any more.</summary>
    Archived,
}

/// <summary>What is given of a course, as it was typed: <see cref="CourseRules"/> say whether it can be.</summary>
public sealed record CourseDraft
{
    /// <summary>The school that offers it.</summary>
    [Required]
    public long? SchoolId { get; init; }

    /// <summary>1 to 255 characters.</summary>
    [Required, MaxLength(Names.MaxLength)]
    public string? Name { get; init; }

    /// <summary>What it is about, at most 16 KiB.</summary>
    public string? Description { get; init; }

    /// <summary>Whole hours.</summary>
    [Range(0, CourseRules.MostHours)]
    public int WorkloadHours { get; init; }

    /// <summary>draft, published or archived. A new course is a draft; once published it is never a draft again.</summary>
    [DefaultValue("draft"), AllowedValues("draft", "published", "archived")]
    public string Status { get; init; } = "draft";

    /// <summary>How many days an enrolment lasts; null: for ever.</summary>
    [Range(1, CourseRules.MostDays)]
    public int? ValidityDays { get; init; }

    /// <summary>The certificate of whoever completes it; null: none.</summary>
    public long? CertificateTemplateId { get; init; }

    /// <summary>A picture among the files, file_….</summary>
    public string? CoverId { get; init; }

    /// <summary>What is set now.</summary>
    public static CourseDraft Of(Course course) => new()
    {
        SchoolId = course.SchoolId,
        Name = course.Name,
        Description = course.Description,
        WorkloadHours = course.WorkloadHours,
        Status = Words.Of(course.Status),
        ValidityDays = course.ValidityDays,
        CertificateTemplateId = course.CertificateTemplateId,
        CoverId = course.CoverId is { } cover ? PublicId.Format(StoredFile.IdPrefix, cover) : null,
    };
}
