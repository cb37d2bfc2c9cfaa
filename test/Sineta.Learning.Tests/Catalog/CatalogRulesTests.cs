using Sineta.Learning.Catalog;

namespace Sineta.Learning.Tests.Catalog;

public sealed class CatalogRulesTests
{
    [Theory]
    [InlineData(CourseStatus.Draft, CourseStatus.Published, false, false)]
    [InlineData(CourseStatus.Draft, CourseStatus.Published, true, true)]
    [InlineData(CourseStatus.Draft, CourseStatus.Archived, true, false)]
    [InlineData(CourseStatus.Published, CourseStatus.Archived, false, true)]
    [InlineData(CourseStatus.Published, CourseStatus.Draft, true, false)]
    [InlineData(CourseStatus.Archived, CourseStatus.Draft, true, false)]
    [InlineData(CourseStatus.Archived, CourseStatus.Published, true, true)]
    [InlineData(CourseStatus.Archived, CourseStatus.Published, false, false)]
    [InlineData(CourseStatus.Published, CourseStatus.Published, false, true)]
    [InlineData(CourseStatus.Draft, CourseStatus.Draft, false, true)]
    public void A_course_goes_on_from_draft_and_never_back(CourseStatus from, CourseStatus to, bool canBeCompleted, bool may) =>
        Assert.Equal(may, CourseRules.Obstacle(from, to, canBeCompleted) is null);

    [Theory]
    [InlineData("participation", "0", ""), InlineData("participation", "1", "/approval_rate"), InlineData("achievement", "0", "")]
    [InlineData("achievement", "100", ""), InlineData("achievement", "66.67", ""), InlineData("achievement", "66.667", "/approval_rate")]
    [InlineData("achievement", "100.01", "/approval_rate")]
    [InlineData("achievement", "-1", "/approval_rate"), InlineData("Achievement", "1", "/type")]
    public void An_approval_rate_is_a_percentage_of_an_achievement(string type, string rate, string pointers) => Assert.Equal(
        pointers, Pointers(new CertificateTemplateDraft
        {
            Name = "Padrão",
            Title = "Certificado",
            Text = "{name}",
            Type = type,
            ApprovalRate = decimal.Parse(rate, System.Globalization.CultureInfo.InvariantCulture),
        }));

    [Theory]
    [InlineData("{name} {cpf} {course} {school} {hours} {enrolled} {concluded} {date} {code}", ""), InlineData("Sem nada.", "")]
    [InlineData("{nome}", "/text"), InlineData("{}", "/text")]
    [InlineData("{ 1 } chaves", ""), InlineData(" ", "/text"), InlineData("\0", "/text")]
    public void A_template_has_only_placeholders_that_are_filled_in(string text, string pointers) =>
        Assert.Equal(pointers, Pointers(new CertificateTemplateDraft { Name = "Padrão", Title = "Certificado", Text = text }));

    [Theory]
    [InlineData("image/png", "89504E470D0A1A0A")]
    [InlineData("image/jpeg", "FFD8FFE0"), InlineData("image/webp", "524946460000000057454250")]
    [InlineData("application/pdf", "255044462D"), InlineData("audio/mpeg", "494433")]
    [InlineData("audio/mpeg", "FFFB90"), InlineData("audio/ogg", "4F676753")]
    [InlineData("audio/wav", "524946460000000057415645"), InlineData("video/mp4", "0000002066747970"), InlineData("video/webm", "1A45DFA3")]
    public void A_file_begins_as_its_media_type_and_no_other_does(string mediaType, string first)
    {
        var bytes = Convert.FromHexString(first);
        Assert.Equal([mediaType], FileKinds.All.Where(k => k.Marks(bytes)).Select(k => k.MediaType));
        Assert.False(FileKinds.Find(mediaType)!.Marks(bytes.AsSpan(0, 1)));
    }

    [Theory]
    [InlineData("image/svg+xml"), InlineData("text/html"), InlineData("application/javascript"), InlineData(null)]
    public void What_a_browser_would_run_is_not_taken(string? mediaType) => Assert.Null(FileKinds.Find(mediaType));

    private static string Pointers(CertificateTemplateDraft draft) =>
        string.Join(' ', CertificateTemplateRules.Check(draft).Faults.Select(f => f.Pointer).Distinct());
}
