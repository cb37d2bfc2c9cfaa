using System.Globalization;
using System.Text.RegularExpressions;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Learning;
using Sineta.Learning.Catalog;
using Sineta.Learning.Certificates;
using Sineta.Server.Pages.Campus;
using CertificateType = Sineta.Events.CertificateType;

namespace Sineta.Server.Pages.Manage;

/// <summary>A template as a form, there and back.</summary>
internal static partial class TemplateForm
{
    private const string ExampleCode = "0000-0000-0000-0000";
    private const string ExampleCpf = "529.982.247-25";
    private const int ExampleHours = 40;

    /// <summary>A template to begin with.</summary>
    public static Form New() =>
        Of(new CertificateTemplateDraft { Title = ManageTexts.TemplateTitleStart, Text = ManageTexts.TemplateTextStart });

    public static Form Of(CertificateTemplateDraft draft) => Form.Of(
        ("name", draft.Name), ("type", draft.Type), ("approval_rate", draft.ApprovalRate.ToString("0.##", CultureInfo.InvariantCulture)),
        ("title", draft.Title), ("text", draft.Text), ("logo_id", draft.LogoId));

    public static CertificateTemplateDraft Read(Form form)
    {
        var type = form.Text("type");
        var rate = form.Text("approval_rate").Replace(',', '.');
        var isAchievement = type == Words.Of(CertificateType.Achievement);
        var isNumber = decimal.TryParse(
            rate, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        if (isAchievement && !isNumber)
            form.Refuse("approval_rate", ManageTexts.MustBeDecimal);
        return new CertificateTemplateDraft
        {
            Name = form.Text("name"),
            Type = type,
            ApprovalRate = isAchievement && isNumber ? number : 0,
            Title = form.Text("title"),
            Text = form.Text("text"),
            LogoId = form.TextOrNull("logo_id"),
        };
    }

    /// <summary>The certificate that a template would make, of a learner who is none. What is not filled in yet is left out.</summary>
    public static CertificateModel ExampleOf(Form form, Institution institution, DateTimeOffset now, HttpRequest request)
    {
        var draft = Read(form);
        var certificate = new Certificate(
            Id: 0, EnrollmentId: 0, draft.Type == Words.Of(CertificateType.Achievement) ? CertificateType.Achievement : CertificateType.Participation,
            ExampleCode, now, ApprovalRate: 0, draft.Title ?? "", Text: "",
            PublicId.TryParse(StoredFile.IdPrefix, draft.LogoId, out var logo) ? logo : null, ManageTexts.ExampleName, ExampleCpf,
            ManageTexts.ExampleCourse, ExampleHours, now, now, institution.Name);
        var day = institution.Clock.ToLocal(now).ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);
        var text = Placeholder().Replace(draft.Text ?? "", match => match.Groups["name"].Value switch
        {
            "name" => certificate.UserName,
            "cpf" => certificate.Cpf,
            "course" => certificate.CourseName,
            "school" => certificate.SchoolName,
            "hours" => certificate.WorkloadHours.ToString(CultureInfo.InvariantCulture),
            "enrolled" or "concluded" or "date" => day,
            "code" => certificate.Code,
            _ => match.Value,
        });
        return CertificateModel.Of(certificate with { Text = text }, institution.Clock.ToLocal, request);
    }

    /// <summary>Every fault at once, those that the form found already among them.</summary>
    public static void Refuse(Form form, CertificateTemplateDraft draft, Change<CertificateTemplate>? change)
    {
        if (change is null)
            form.Refuse(CertificateTemplateRules.Check(draft).Faults.Where(f => form.FaultsOf(f.Pointer[1..]).Count == 0));
        else
            form.Refuse(change);
    }

    [GeneratedRegex(@"\{(?<name>[a-z]+)\}")]
    private static partial Regex Placeholder();
}
