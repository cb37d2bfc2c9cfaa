using System.Globalization;
using System.Text.RegularExpressions;

namespace Sineta.Learning.Certificates;

/// <summary>Fills in what a template's text leaves open.</summary>
internal static partial class CertificateText
{
    /// <param name="local">A moment as the institution's clocks show it.</param>
    public static string Fill(Certificate certificate, Func<DateTimeOffset, DateTime> local)
    {
        string Day(DateTimeOffset moment) => local(moment).ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);
        return Placeholder().Replace(certificate.Text, match => match.ValueSpan switch
        {
            "{name}" => certificate.UserName,
            "{cpf}" => certificate.Cpf,
            "{course}" => certificate.CourseName,
            "{school}" => certificate.SchoolName,
            "{hours}" => certificate.WorkloadHours.ToString(CultureInfo.InvariantCulture),
            "{enrolled}" => Day(certificate.EnrolledAt),
            "{concluded}" => Day(certificate.ConcludedAt),
            "{date}" => Day(certificate.IssuedAt),
            _ => certificate.Code,
        });
    }

    [GeneratedRegex(@"\{(name|cpf|course|school|hours|enrolled|concluded|date|code)\}")]
    private static partial Regex Placeholder();
}
