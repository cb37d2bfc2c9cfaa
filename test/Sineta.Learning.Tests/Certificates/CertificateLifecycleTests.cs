using Sineta.Delivery.Institutions;
using Sineta.Events;
using Sineta.Learning.Certificates;
using Sineta.Learning.People;
using Sineta.Testing;

namespace Sineta.Learning.Tests.Certificates;

public sealed class CertificateLifecycleTests(Postgres postgres) : IAsyncLifetime
{
    private CampusNode _campus = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _campus = await CampusNode.StartAsync(postgres, Cancel);

    public ValueTask DisposeAsync() => _campus.DisposeAsync();

    [Fact]
    public async Task A_revoked_certificate_says_so_and_why_whoever_looks_and_is_followed_by_no_click()
    {
        var course = await _campus.AddCourseAsync(new CourseSeed { Rate = 70, Contents = [new("quiz"), new()] }, Cancel);
        var student = await Student.EnrolledAsync(_campus, course, Cancel);
        await student.CompleteAsync(await student.AnswerAsync(0, right: false));
        await student.CompleteAsync(1);
        var issued = (await student.ViewAsync()).Certificate;
        _campus.Time.Advance(TimeSpan.FromHours(1));

        var revoked = CampusNode.Made(await RevokeAsync(issued.Code.ToLowerInvariant(), "  Nome errado "));

        Assert.Equal(new Revocation(_campus.Time.GetUtcNow(), "Nome errado"), revoked.Revocation);
        Assert.Equal(revoked, (await _campus.Get<CertificateStore>().FindByCodeAsync(issued.Code, Cancel))!.Certificate);
        await student.CompleteAsync(await student.AnswerAsync(0, right: true));
        Assert.Equal(new ViewedCertificate(revoked, IsNew: false), await student.ViewAsync());
        Assert.Empty(await _campus.Get<CertificateStore>().WaitingOfUserAsync(_campus.Institution.Id, student.User.Id, null, Cancel));
        Assert.Single(await student.ToldAsync(), "certificate.issued");
    }

    [Fact]
    public async Task Revoking_twice_is_revoking_once_for_the_first_reason_and_by_whoever_did_it()
    {
        var issued = await IssueAsync();
        Actor.Is("user 7 (Helena)");
        await RevokeAsync(issued.Code, "Fraude");
        await RevokeAsync(issued.Code, "Outro motivo");

        Assert.Equal("Fraude", (await FindAsync(issued.Code)).Certificate.Revocation!.Reason);
        var entry = Assert.Single(await AuditAsync());
        Assert.Equal(("user 7 (Helena)", "certificate.revoked", issued.Code, "Fraude"), (entry.Who, entry.What, entry.Subject, entry.Detail));
    }

    [Fact]
    public async Task R20_Issued_again_it_has_another_code_and_the_name_as_it_is_now_and_is_not_told()
    {
        var student = await CompletedAsync();
        var before = (await student.ViewAsync()).Certificate;
        await _campus.Get<UserStore>().UpdateAsync(_campus.Institution, student.User.Id, d => d with { Name = "Ana Lima" }, Cancel);

        var after = CampusNode.Made(await ReissueAsync(before.Code, "Nome errado"));

        Assert.Equal(("Ana Lima", before.Type, before.EnrollmentId), (after.UserName, after.Type, after.EnrollmentId));
        Assert.NotEqual(before.Code, after.Code);
        Assert.Equal(new ViewedCertificate(after, IsNew: false), await student.ViewAsync());
        Assert.Equal([after], await _campus.Get<CertificateStore>().ListOfUserAsync(_campus.Institution.Id, student.User.Id, Cancel));
        var replaced = await FindAsync(before.Code);
        Assert.Equal(("Ana Souza", "Nome errado", true), (replaced.Certificate.UserName, replaced.Certificate.Revocation!.Reason, replaced.IsReplaced));
        Assert.False((await FindAsync(after.Code)).IsReplaced);
        Assert.Single(await student.ToldAsync(), "certificate.issued");
        Assert.Equal(["certificate.reissued", "certificate.revoked"], (await AuditAsync()).Select(e => e.What));
    }

    [Fact]
    public async Task R15_Issued_again_an_achievement_stays_one_and_a_participation_becomes_one_that_is_told_as_the_first_of_its_type()
    {
        var course = await _campus.AddCourseAsync(new CourseSeed { Rate = 70, Contents = [new("quiz"), new()] }, Cancel);
        var student = await Student.EnrolledAsync(_campus, course, Cancel);
        await student.CompleteAsync(await student.AnswerAsync(0, right: false));
        await student.CompleteAsync(1);
        var participation = (await student.ViewAsync()).Certificate;
        await student.CompleteAsync(await student.AnswerAsync(0, right: true));
        await RevokeAsync(participation.Code, "Nota errada");

        var achievement = CampusNode.Made(await ReissueAsync(participation.Code, "Nota errada"));
        await _campus.AddContentAsync(course.Id, course.LessonId, 3, new SeededContent("quiz"), Cancel);
        var again = CampusNode.Made(await ReissueAsync(achievement.Code, "Nome errado"));

        Assert.Equal(
            [CertificateType.Participation, CertificateType.Achievement, CertificateType.Achievement],
            new[] { participation, achievement, again }.Select(c => c.Type));
        Assert.Equal(2, (await student.ToldAsync()).Count(slug => slug == "certificate.issued"));
    }

    [Fact]
    public async Task Only_the_one_that_is_shown_is_issued_again_however_many_ask_for_it_at_once()
    {
        var issued = await IssueAsync();

        var all = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ReissueAsync(issued.Code, "Nome errado")));

        Assert.Single(all.OfType<Change<Certificate>.Made>());
        Assert.Equal(9, all.OfType<Change<Certificate>.Impossible>().Count());
        Assert.Equal(2, await _campus.NumberAsync("select count(*) from certificates where institution_id = $1", Cancel, _campus.Institution.Id));
    }

    [Fact]
    public async Task It_is_not_issued_again_for_who_was_removed_nor_revoked_without_a_reason_or_by_another_institution()
    {
        var student = await CompletedAsync();
        var issued = (await student.ViewAsync()).Certificate;
        var stranger = await _campus.AddInstitutionAsync(Cancel);

        Assert.Equal(
            "/reason", Assert.Single(Assert.IsType<Change<Certificate>.Refused>(await RevokeAsync(issued.Code, " ")).Faults).Pointer);
        Assert.IsType<Change<Certificate>.Unknown>(
            await _campus.Get<CertificateLifecycle>().RevokeAsync(stranger, issued.Code, "Fraude", Cancel));
        Assert.IsType<Change<Certificate>.Unknown>(await RevokeAsync("nothing of the kind", "Fraude"));
        CampusNode.Made(await _campus.Get<UserStore>().RemoveAsync(_campus.Institution, student.User.Id, Cancel));
        Assert.IsType<Change<Certificate>.Impossible>(await ReissueAsync(issued.Code, "Nome errado"));
        Assert.Null((await FindAsync(issued.Code)).Certificate.Revocation);
    }

    private async Task<Student> CompletedAsync()
    {
        var student = await Student.EnrolledAsync(_campus, await _campus.AddCourseAsync(Cancel, texts: 1), Cancel);
        await student.CompleteAsync(0);
        return student;
    }

    private async Task<Certificate> IssueAsync() => (await (await CompletedAsync()).ViewAsync()).Certificate;

    private Task<Change<Certificate>> RevokeAsync(string code, string reason) =>
        _campus.Get<CertificateLifecycle>().RevokeAsync(_campus.Institution, code, reason, Cancel);

    private Task<Change<Certificate>> ReissueAsync(string code, string reason) =>
        _campus.Get<CertificateLifecycle>().ReissueAsync(_campus.Institution, code, reason, Cancel);

    private async Task<VerifiedCertificate> FindAsync(string code) => (await _campus.Get<CertificateStore>().FindByCodeAsync(code, Cancel))!;

    private async Task<IEnumerable<AuditEntry>> AuditAsync() =>
        (await _campus.Get<AuditTrail>().ReadAsync(_campus.Institution.Id, before: null, limit: 10, Cancel))
            .Where(e => e.What.StartsWith("certificate.", StringComparison.Ordinal));
}
