using System.Net;
using System.Text.Json;
using Sineta.Server.Pages;
using Sineta.Server.Tests.Api;

namespace Sineta.Server.Tests.Pages;

/// <summary>A certificate that was wrong, revoked or issued again, as managers, its owner, strangers and the API see it.</summary>
public sealed class RevokedCertificateTests(ApiServer server) : IClassFixture<ApiServer>, IAsyncLifetime
{
    private CampusSchool _school = null!;
    private PageClient _manager = null!, _learner = null!, _stranger = null!;
    private long _enrollment;
    private string _code = "";

    public async ValueTask InitializeAsync()
    {
        _school = await CampusSchool.OpenAsync(server);
        _manager = new PageClient(server.Address).As(server, Roles.Manager, _school.Institution);
        _learner = _school.Browser();
        _stranger = new PageClient(server.Address);
        var (course, contents) = await _school.AddCourseAsync("Marcenaria", CampusSchool.Text());
        await _learner.PostAsync($"/campus/catalog/{course}/start");
        await _learner.PostAsync($"{CampusSchool.Path(course, contents[0])}/completion");
        _enrollment = await _school.EnrollmentAsync();
        _code = CodeOf(await ViewAsync());
    }

    public ValueTask DisposeAsync()
    {
        _manager.Dispose();
        _learner.Dispose();
        _stranger.Dispose();
        _school.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Revoked_on_the_page_it_is_so_for_everybody_and_the_reason_is_for_those_concerned()
    {
        var user = (await _manager.GetAsync($"/manage/users/{_school.LearnerId}")).Text;
        Assert.Contains($"href=\"/manage/certificates/{_code}\"", user, StringComparison.Ordinal);

        var done = await _manager.FollowAsync(await _manager.PostAsync($"/manage/certificates/{_code}/revoke", ("reason", "CPF de outra pessoa")));

        Assert.Contains("The certificate is revoked.", done.Text, StringComparison.Ordinal);
        Assert.Contains("CPF de outra pessoa", done.Text, StringComparison.Ordinal);
        var verified = await _stranger.GetAsync($"/verify/{_code}");
        Assert.Equal(HttpStatusCode.OK, verified.Status);
        Assert.Contains("This certificate was revoked", verified.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("authentic", verified.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("CPF de outra pessoa", verified.Text, StringComparison.Ordinal);
        Assert.Contains("Revoked", (await _learner.GetAsync("/campus/certificates")).Text, StringComparison.Ordinal);
        var own = (await _learner.FollowAsync(await _learner.PostAsync($"/campus/certificates/{_enrollment}"))).Text;
        Assert.Contains("CPF de outra pessoa", own, StringComparison.Ordinal);
        Assert.DoesNotContain("data-pdf", own, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Issued_again_on_the_page_it_leads_to_the_new_one_which_its_owner_sees()
    {
        (await _school.Api.PatchAsync($"/v1/users/{_school.LearnerId}", new { name = "Ana Lima" })).Ok();

        var shown = await _manager.FollowAsync(await _manager.PostAsync($"/manage/certificates/{_code}/reissue", ("reason", "Nome errado")));

        Assert.Contains("This is the new certificate.", shown.Text, StringComparison.Ordinal);
        Assert.Contains("Ana Lima", shown.Text, StringComparison.Ordinal);
        var replaced = (await _manager.GetAsync($"/manage/certificates/{_code}")).Text;
        Assert.Contains("A newer certificate was issued", replaced, StringComparison.Ordinal);
        Assert.DoesNotContain($"/manage/certificates/{_code}/reissue", replaced, StringComparison.Ordinal);
        Assert.Contains("A newer one was issued in its place.", (await _stranger.GetAsync($"/verify/{_code}")).Text, StringComparison.Ordinal);
        var own = (await _learner.FollowAsync(await _learner.PostAsync($"/campus/certificates/{_enrollment}"))).Text;
        Assert.Contains("data-pdf-name>Ana Lima<", own, StringComparison.Ordinal);
        Assert.Single(await _school.ToldAsync(), told => told == "certificate.issued");
    }

    [Fact]
    public async Task Without_a_reason_the_page_says_so_and_nothing_is_done()
    {
        foreach (var action in new[] { "revoke", "reissue" })
        {
            var refused = await _manager.PostAsync($"/manage/certificates/{_code}/{action}", ("reason", " "));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
            Assert.Contains("Must be 1 to 255 characters", refused.Text, StringComparison.Ordinal);
        }

        Assert.Contains("This certificate is authentic", (await _stranger.GetAsync($"/verify/{_code}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_institutions_managers_do_not_find_it()
    {
        using var elsewhere = await CampusSchool.OpenAsync(server);
        using var other = new PageClient(server.Address).As(server, Roles.Manager, elsewhere.Institution);

        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/manage/certificates/{_code}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.PostAsync($"/manage/certificates/{_code}/revoke", ("reason", "Fraude"))).Status);
        Assert.Contains("This certificate is authentic", (await _stranger.GetAsync($"/verify/{_code}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_the_API_it_is_revoked_once_and_issued_again_once_with_its_new_code()
    {
        var path = $"/v1/certificates/{_code}";
        var first = (await _school.Api.PostAsync($"{path}/revoke", new { reason = "Fraude" })).Ok();
        var second = (await _school.Api.PostAsync($"{path}/revoke", new { reason = "Outro motivo" })).Ok();
        Assert.Equal("Fraude", first.GetProperty("revocation_reason").GetString());
        Assert.True(JsonElement.DeepEquals(first, second));
        Assert.Equal(_code, CodeOf(await ViewAsync()));

        var again = await _school.Api.PostAsync($"{path}/reissue", new { reason = "Foi engano" });

        var issued = again.Ok(HttpStatusCode.Created);
        Assert.Equal(JsonValueKind.Null, issued.GetProperty("revoked_at").ValueKind);
        Assert.Equal($"/v1/certificates/{issued.GetProperty("code").GetString()}", again.Headers["Location"]);
        Assert.True(JsonElement.DeepEquals(issued, (await ViewAsync()).Ok()));
        (await _school.Api.PostAsync($"{path}/reissue", new { reason = "Foi engano" })).Is(HttpStatusCode.Conflict, "conflict");
    }

    [Fact]
    public async Task A_key_that_only_reads_learns_that_it_is_revoked_and_not_why()
    {
        var made = (await _school.Api.PostAsync("/v1/api-keys", new { name = "leitor", scopes = new[] { "read" } })).Ok(HttpStatusCode.Created);
        using var reader = server.Client(made.GetProperty("key").GetString());
        (await reader.PostAsync($"/v1/certificates/{_code}/revoke", new { reason = "Fraude" })).Is(HttpStatusCode.Forbidden, "forbidden");
        (await _school.Api.PostAsync($"/v1/certificates/{_code}/revoke", new { reason = "Fraude" })).Ok();

        var read = (await reader.GetAsync($"/v1/certificates/{_code}")).Ok();

        Assert.Equal(JsonValueKind.String, read.GetProperty("revoked_at").ValueKind);
        Assert.Equal(JsonValueKind.Null, read.GetProperty("revocation_reason").ValueKind);
    }

    private Task<Answer> ViewAsync() => _school.Api.PostAsync($"/v1/enrollments/{_enrollment}/certificate");

    private static string CodeOf(Answer answer) => answer.Body.GetProperty("code").GetString()!;
}
