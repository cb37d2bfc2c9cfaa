using System.Globalization;
using Sineta.Learning;
using Sineta.Learning.Catalog;

namespace Sineta.Server.Pages.Manage;

/// <summary>A course's settings as a form, there and back.</summary>
internal static class CourseForm
{
    public static Form Of(CourseDraft draft) => Form.Of(
        ("name", draft.Name),
        ("description", draft.Description),
        ("workload_hours", draft.WorkloadHours.ToString(CultureInfo.InvariantCulture)),
        ("school_id", draft.SchoolId?.ToString(CultureInfo.InvariantCulture)),
        ("validity_days", draft.ValidityDays?.ToString(CultureInfo.InvariantCulture)),
        ("certificate_template_id", draft.CertificateTemplateId?.ToString(CultureInfo.InvariantCulture)),
        ("cover_id", draft.CoverId));

    /// <summary>What was typed, upon what is set; what is no number is refused in the form.</summary>
    public static CourseDraft Read(Form form, CourseDraft present) => present with
    {
        Name = form.Text("name"),
        Description = form.Text("description"),
        WorkloadHours = form.Number("workload_hours") ?? 0,
        SchoolId = form.LongNumber("school_id"),
        ValidityDays = form.Number("validity_days"),
        CertificateTemplateId = form.LongNumber("certificate_template_id"),
        CoverId = form.TextOrNull("cover_id"),
    };

    /// <summary>Every fault at once, those that the form found already among them.</summary>
    public static void Refuse(Form form, CourseDraft draft, Change<Course>? change)
    {
        if (change is null)
            form.Refuse(CourseRules.Check(draft).Faults.Where(f => form.FaultsOf(f.Pointer[1..]).Count == 0));
        else
            form.Refuse(change);
    }
}
