using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sineta.Learning.People;
using Sineta.Server.Pages;
using Sineta.Server.Tests.Api;

namespace Sineta.Server.Tests.Pages;

/// <summary>Certificates as their owners and strangers see them, what files are open to whom, and one's own account.</summary>
public sealed class CampusCertificateTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task R13_The_first_click_issues_the_certificate_and_all_others_show_it()
    {
        using var school = await CampusSchool.OpenAsync(server);
        using var browser = school.Browser();
        var enrollment = await CompleteCourseAsync(school, browser);
        Assert.Contains("your certificate is ready", (await browser.GetAsync("/campus/certificates")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"/campus/certificates/{enrollment}")).Status);
        var clicks = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => browser.PostAsync($"/campus/certificates/{enrollment}")));
        var sheet = (await browser.FollowAsync(clicks[0])).Text;
        Assert.Contains("Certificado de Conclusão", sheet, StringComparison.Ordinal);
        Assert.Contains("CPF ***.982.247-**, concluiu Marcenaria.", sheet, StringComparison.Ordinal);
        Assert.DoesNotContain("529.982.247-25", sheet, StringComparison.Ordinal);
        Assert.Contains("Escola de Ofícios", sheet, StringComparison.Ordinal);
        Assert.Single(await school.ToldAsync(), told => told == "certificate.issued");
    }

    [Fact]
    public async Task R4_A_certificate_waits_on_when_its_owner_enrolls_in_the_course_again()
    {
        using var school = await CampusSchool.OpenAsync(server);
        using var browser = school.Browser();
        var completed = await CompleteCourseAsync(school, browser);
        var course = (await school.Api.GetAsync($"/v1/enrollments/{completed}")).Ok().GetProperty("course_id").GetInt64();
        (await school.Api.PatchAsync($"/v1/enrollments/{completed}", new { action = "cancel" })).Ok();
        await browser.PostAsync($"/campus/catalog/{course}/start");
        Assert.NotEqual(completed, await school.EnrollmentAsync());

        foreach (var page in new[] { "/campus/certificates", $"/campus/courses/{course}" })
            Assert.Contains($"action=\"/campus/certificates/{completed}\"", (await browser.GetAsync(page)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anybody_with_the_code_sees_that_it_is_authentic_and_never_the_cpf()
    {
        using var school = await CampusSchool.OpenAsync(server);
        using var browser = school.Browser();
        var enrollment = await CompleteCourseAsync(school, browser);
        await browser.PostAsync($"/campus/certificates/{enrollment}");
        var code = (await school.Api.PostAsync($"/v1/enrollments/{enrollment}/certificate")).Ok().GetProperty("code").GetString()!;
        using var stranger = new PageClient(server.Address);
        var asked = await stranger.GetAsync($"/verify?code={code.ToLowerInvariant().Replace('-', '+')}");
        var verified = await stranger.FollowAsync(asked);
        Assert.Equal(HttpStatusCode.OK, verified.Status);
        Assert.Contains("This certificate is authentic", verified.Text, StringComparison.Ordinal);
        Assert.Contains("Instituto Aurora", verified.Text, StringComparison.Ordinal);
        Assert.Contains("Marcenaria", verified.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("982.247", verified.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>Souza</b>", await stranger.GetRawAsync($"/verify/{code}"), StringComparison.Ordinal);
        var unknown = await stranger.GetAsync("/verify/0000-0000-0000-0000");
        Assert.Equal(HttpStatusCode.NotFound, unknown.Status);
        Assert.Contains("There is no such certificate", unknown.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync("/verify/%3Cscript%3E")).Status);
    }

    [Fact]
    public async Task A_key_that_only_reads_sees_a_certificates_text_as_the_pages_show_it()
    {
        using var school = await CampusSchool.OpenAsync(server);
        using var browser = school.Browser();
        var enrollment = await CompleteCourseAsync(school, browser);
        var issued = (await school.Api.PostAsync($"/v1/enrollments/{enrollment}/certificate")).Ok(HttpStatusCode.Created);
        var path = $"/v1/certificates/{issued.GetProperty("code").GetString()}";
        var made = (await school.Api.PostAsync("/v1/api-keys", new { name = "leitor", scopes = new[] { "read" } })).Ok(HttpStatusCode.Created);
        using var reader = server.Client(made.GetProperty("key").GetString());

        var read = (await reader.GetAsync(path)).Ok().GetProperty("text").GetString();

        Assert.Contains("CPF ***.982.247-**, concluiu Marcenaria.", read, StringComparison.Ordinal);
        Assert.Contains("529.982.247-25", (await school.Api.GetAsync(path)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_is_its_owners_and_waits_for_the_course()
    {
        using var school = await CampusSchool.OpenAsync(server);
        using var browser = school.Browser();
        var enrollment = await CompleteCourseAsync(school, browser);
        await browser.PostAsync($"/campus/certificates/{enrollment}");
        var bia = await school.AddUserAsync("Bia");
        using var other = new PageClient(server.Address).As(server, Roles.Learner, school.Institution, userId: bia);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/campus/certificates/{enrollment}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.PostAsync($"/campus/certificates/{enrollment}")).Status);
        var (course, _) = await school.AddCourseAsync("Libras", CampusSchool.Text());
        await browser.PostAsync($"/campus/catalog/{course}/start");
        var early = await browser.FollowAsync(await browser.PostAsync($"/campus/certificates/{await school.EnrollmentAsync()}"));
        Assert.Contains("once the course is completed", early.Text, StringComparison.Ordinal);
        Assert.Single(await school.ToldAsync(), told => told == "certificate.issued");
    }

    [Fact]
    public async Task Below_the_mark_the_sheet_speaks_of_participation_whatever_its_template_says()
    {
        using var school = await CampusSchool.OpenAsync(server);
        var template = await school.MadeAsync("/v1/certificate-templates", new
        {
            name = "Mérito",
            type = "achievement",
            approval_rate = 70,
            title = "Certificado de mérito",
            text = "{name}, CPF {cpf}, foi além em {course}.",
        });
        var (course, contents) = await school.AddCourseAsync("Marcenaria", Quiz());
        (await school.Api.PatchAsync($"/v1/courses/{course}", new { certificate_template_id = template })).Ok();
        using var browser = school.Browser("pt");
        await browser.PostAsync($"/campus/catalog/{course}/start");
        var quiz = (await school.Api.GetAsync($"/v1/contents/{contents[0]}")).Ok();
        var question = quiz.GetProperty("questions")[0].GetProperty("id").GetInt64();
        var completion = $"{CampusSchool.Path(course, contents[0])}/completion";
        await browser.PostAsync(completion, ($"question-{question}", "0"));
        var certificate = $"/campus/certificates/{await school.EnrollmentAsync()}";
        var below = (await browser.FollowAsync(await browser.PostAsync(certificate))).Text;
        Assert.Contains("data-pdf-title>Certificado de participação<", below, StringComparison.Ordinal);
        Assert.Contains("CPF ***.982.247-**, participou do curso Marcenaria, com carga horária de 10 h", below, StringComparison.Ordinal);
        Assert.DoesNotContain("mérito", below, StringComparison.Ordinal);
        Assert.DoesNotContain("foi além", below, StringComparison.Ordinal);

        await browser.PostAsync(completion, ($"question-{question}", "1"));
        var above = (await browser.FollowAsync(await browser.PostAsync(certificate))).Text;
        Assert.Contains("data-pdf-title>Certificado de mérito<", above, StringComparison.Ordinal);
        Assert.Contains("data-pdf-type>Certificado de aproveitamento<", above, StringComparison.Ordinal);
        Assert.Contains("foi além em Marcenaria", above, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_are_open_to_the_institutions_own_people_in_ranges_too()
    {
        using var school = await CampusSchool.OpenAsync(server);
        var file = await school.AddFileAsync("som.wav", "audio/wav", [.. "RIFF\0\0\0\0WAVEfmt "u8]);
        var (course, contents) = await school.AddCourseAsync(
            "Marcenaria", new { kind = "audio", title = "O som", file_id = file, published = true });
        using var browser = school.Browser();
        await browser.PostAsync($"/campus/catalog/{course}/start");
        var page = (await browser.GetAsync(CampusSchool.Path(course, contents[0]))).Text;
        var at = page.IndexOf("/files/", StringComparison.Ordinal);
        var path = page[at..page.IndexOf('"', at)];
        var whole = await browser.GetAsync(path);
        Assert.Equal(
            ("audio/wav", "nosniff", "16"), (whole.MediaType, whole.Headers["X-Content-Type-Options"], whole.Headers["Content-Length"]));
        Assert.Equal("bytes", whole.Headers["Accept-Ranges"]);
        using var stranger = new PageClient(server.Address);
        Assert.Equal(HttpStatusCode.Redirect, (await stranger.GetAsync(path)).Status);
        using var elsewhere = await CampusSchool.OpenAsync(server);
        using var other = elsewhere.Browser();
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(path)).Status);
    }

    [Fact]
    public async Task A_contents_file_is_open_to_learners_for_as_long_as_they_may_study_it()
    {
        using var school = await CampusSchool.OpenAsync(server);
        var file = await school.AddFileAsync("som.wav", "audio/wav", [.. "RIFF\0\0\0\0WAVEfmt "u8]);
        var (course, _) = await school.AddCourseAsync("Marcenaria", new { kind = "audio", title = "O som", file_id = file, published = true });
        using var learner = school.Browser();
        using var manager = new PageClient(server.Address).As(server, Roles.Manager, school.Institution);
        var path = $"/files/{Guid.Parse(file["file_".Length..])}";

        Assert.Equal(HttpStatusCode.NotFound, (await learner.GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.OK, (await manager.GetAsync(path)).Status);

        await learner.PostAsync($"/campus/catalog/{course}/start");
        Assert.Equal(HttpStatusCode.OK, (await learner.GetAsync(path)).Status);

        (await school.Api.PatchAsync($"/v1/enrollments/{await school.EnrollmentAsync()}", new { action = "suspend" })).Ok();
        Assert.Equal(HttpStatusCode.NotFound, (await learner.GetAsync(path)).Status);
    }

    [Fact]
    public async Task A_learner_cannot_change_the_name_that_certificates_are_issued_to()
    {
        using var school = await CampusSchool.OpenAsync(server);
        using var browser = school.Browser();
        var name = (await school.Api.GetAsync($"/v1/users/{school.LearnerId}")).Ok().GetProperty("name").GetString()!;
        var page = await browser.GetAsync("/campus/account");
        Assert.Contains(name, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"name\"", page.Text, StringComparison.Ordinal);
        Assert.Contains("are changed by a manager of your school", page.Text, StringComparison.Ordinal);

        await browser.FollowAsync(await browser.PostAsync("/campus/account", ("name", "Beatriz Alves"), ("nickname", "Bia")));

        var user = (await school.Api.GetAsync($"/v1/users/{school.LearnerId}")).Ok();
        Assert.Equal((name, "Bia"), (user.GetProperty("name").GetString()!, user.GetProperty("nickname").GetString()));
    }

    [Fact]
    public async Task People_choose_their_nickname_and_change_their_password_if_they_know_it()
    {
        using var school = await CampusSchool.OpenAsync(server);
        var token = (await school.Api.PostAsync($"/v1/users/{school.LearnerId}/password-reset")).Body.GetProperty("token").GetString()!;
        var whose = server.Services.GetRequiredService<Sineta.Delivery.Endpoints.Configuration>().FindInstitution(school.Institution)!;
        var accounts = server.Services.GetRequiredService<UserAccounts>();
        await accounts.SetPasswordAsync(whose, token, "primeira senha", TestContext.Current.CancellationToken);
        using var browser = school.Browser();

        var renamed = await browser.FollowAsync(await browser.PostAsync("/campus/account", ("nickname", "Aninha")));
        Assert.Contains("Your account was saved.", renamed.Text, StringComparison.Ordinal);
        Assert.Contains("Signed in as Aninha", renamed.Text, StringComparison.Ordinal);
        var tooLong = await browser.PostAsync("/campus/account", ("nickname", new string('n', 256)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, tooLong.Status);
        Assert.Contains("value=\"nnnn", tooLong.Text, StringComparison.Ordinal);

        const string path = "/campus/account/password";
        var wrong = await browser.PostAsync(path, ("current", "errada"), ("password", "segunda senha"), ("again", "segunda senha"));
        Assert.Contains("Is not the present password.", wrong.Text, StringComparison.Ordinal);
        var different = await browser.PostAsync(path, ("current", "primeira senha"), ("password", "segunda senha"), ("again", "outra"));
        Assert.Contains("The two are not the same.", different.Text, StringComparison.Ordinal);
        var right = await browser.PostAsync(path, ("current", "primeira senha"), ("password", "segunda senha"), ("again", "segunda senha"));
        await browser.FollowAsync(right);
        var again = await browser.PostAsync(path, ("current", "primeira senha"), ("password", "terceira!"), ("again", "terceira!"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, again.Status);
    }

    private static object Quiz() => new
    {
        kind = "quiz",
        title = "Prova",
        published = true,
        questions = new[]
        {
            new
            {
                kind = "single",
                text = "O que alisa?",
                options = new[] { "Serrote", "Plaina" },
                right_options = new[] { 1 },
                points = 10,
            },
        },
    };

    private static async Task<long> CompleteCourseAsync(CampusSchool school, PageClient browser)
    {
        var (course, contents) = await school.AddCourseAsync("Marcenaria", CampusSchool.Text());
        await browser.PostAsync($"/campus/catalog/{course}/start");
        await browser.PostAsync($"{CampusSchool.Path(course, contents[0])}/completion");
        return await school.EnrollmentAsync();
    }
}
