using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Sineta.Delivery.Storage;
using Sineta.Events;

namespace Sineta.Learning.Catalog;

/// <summary>What certificates of a course are made from.</summary>
/// <param name="ApprovalRate">
/// Percent: the mean score from which an <see cref="CertificateType.Achievement"/> is given (R14); 0 for a participation.
/// </param>
/// <param name="Title">What stands on top.</param>
/// <param name="Text">
/// What it says, where <c>{name}</c>, <c>{cpf}</c>, <c>{course}</c>, <c>{school}</c>, <c>{hours}</c>, <c>{enrolled}</c>,
/// <c>{concluded}</c>, <c>{date}</c> and <c>{code}</c> stand for the learner's name and CPF, the names of the course and of the school, the
/// workload in whole hours, the days of the enrolment, of the completion and of the issue, and the code by which it is verified.
/// </param>
public sealed record CertificateTemplate(
    long Id, string Name, CertificateType Type, decimal ApprovalRate, string Title, string Text, Guid? LogoId, DateTimeOffset CreatedAt);

/// <summary>What is given of a certificate template.</summary>
public sealed record CertificateTemplateDraft
{
    /// <summary>What it is called here, 1 to 255 characters.</summary>
    [Required, MaxLength(Names.MaxLength)]
    public string? Name { get; init; }

    /// <summary>participation, or achievement: that is given from the approval rate on, else a participation.</summary>
    [DefaultValue("participation"), AllowedValues("participation", "achievement")]
    public string Type { get; init; } = "participation";

    /// <summary>achievement: percent that the mean of the scores has to reach, with at most two decimals.</summary>
    [Range(0, 100)]
    public decimal ApprovalRate { get; init; }

    /// <summary>What stands on top, 1 to 255 characters.</summary>
    [Required, MaxLength(Names.MaxLength)]
    public string? Title { get; init; }

    /// <summary>
    /// What it says, at most 16 KiB. {name}, {cpf}, {course}, {school}, {hours}, {enrolled}, {concluded}, {date} and {code} are filled in
    /// at the issue.
    /// </summary>
    [Required]
    public string? Text { get; init; }

    /// <summary>A picture among the files, file_….</summary>
    public string? LogoId { get; init; }

    /// <summary>What is set now.</summary>
    public static CertificateTemplateDraft Of(CertificateTemplate template) => new()
    {
        Name = template.Name,
        Type = Words.Of(template.Type),
        ApprovalRate = template.ApprovalRate,
        Title = template.Title,
        Text = template.Text,
        LogoId = template.LogoId is { } logo ? PublicId.Format(StoredFile.IdPrefix, logo) : null,
    };
}
