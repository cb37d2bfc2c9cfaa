using System.Globalization;
using System.Net;
using Sineta.Server.Tests.Api;

namespace Sineta.Server.Tests.Pages;

/// <summary>People, their enrolments and their ways in.</summary>
public sealed partial class ManagePageTests
{
    [Fact]
    public async Task A_user_who_cannot_be_is_told_every_fault_beside_its_field_and_keeps_what_was_typed()
    {
        using var client = await NewManagerAsync("pt-BR");
        var answer = await client.PostAsync(
            "/manage/users", ("name", ""), ("email", "ana"), ("cpf", "529.982.247-26"), ("role", "manager"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains("Deve ser um CPF com os dígitos verificadores corretos", FaultsOf(answer, "cpf"), StringComparison.Ordinal);
        Assert.NotEqual("", FaultsOf(answer, "name"));
        Assert.Contains("Deve ser um endereço de e-mail", FaultsOf(answer, "email"), StringComparison.Ordinal);
        Assert.Contains("value=\"529.982.247-26\"", answer.Text, StringComparison.Ordinal);
        Assert.Equal(0, await server.CountAsync("select count(*) from users where institution_id = $1", _institution));
    }

    [Fact]
    public async Task Who_is_removed_is_erased_but_for_the_name_as_the_page_says_before()
    {
        using var client = await NewManagerAsync("pt-BR");
        var user = await RegisterAsync(client, "Ana Souza", "ana@escola.example", "529.982.247-25");
        var course = await server.AddCourseAsync(_institution);
        var enrollment = await server.AddCompletionAsync(_institution, long.Parse(IdOf(user), CultureInfo.InvariantCulture), course);
        Assert.Contains("são apagados na hora", (await client.GetAsync(user)).Text, StringComparison.Ordinal);

        await client.PostAsync($"{user}/remove");

        foreach (var path in new[] { $"/manage/enrollments/{enrollment}", "/manage/enrollments" })
        {
            var page = await client.GetAsync(path);
            Assert.Contains("Ana Souza", page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("ana@escola.example", page.Text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain($"href=\"{user}\"", (await client.GetAsync($"/manage/enrollments/{enrollment}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_link_is_shown_once()
    {
        using var client = await NewManagerAsync();
        var user = await RegisterAsync(client, "Ana Souza", "ana@escola.example", "529.982.247-25");
        var page = await client.FollowAsync(await client.PostAsync($"{user}/password-link"));
        Assert.Matches("http://[^\"]+/password/", page.Text);
        Assert.DoesNotContain("/password/", (await client.GetAsync(user)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everybody_who_cannot_sign_in_yet_gets_a_link_in_one_file_and_it_is_on_the_trail()
    {
        using var client = await NewManagerAsync("pt-BR");
        foreach (var (name, email) in new[] { ("Célia; Prado", "celia@escola.example"), ("Beto Lima", "beto@escola.example") })
            await RegisterAsync(client, name, email, "529.982.247-25");
        Assert.Contains("/manage/users?can_sign_in=no", (await client.GetAsync("/manage/users")).Text, StringComparison.Ordinal);
        Assert.Contains("action=\"/manage/users/password-links\"", (await client.GetAsync("/manage/users?can_sign_in=no")).Text, StringComparison.Ordinal);
        await client.PostAsync("/manage/users/password-links", ("search", "celia"));
        using var counter = new StatementCounter();
        client.Trace(counter.TraceParent);
        var file = await client.PostAsync("/manage/users/password-links", ("search", ""));
        Assert.True(counter.Take() <= 2 * MostStatements);
        Assert.Equal("attachment; filename=\"password-links.csv\"", file.Headers["Content-Disposition"]);
        var rows = file.Text.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("nome;e-mail;link;vale até", rows[0]);
        Assert.StartsWith("Beto Lima;beto@escola.example;http://", rows[1], StringComparison.Ordinal);
        Assert.StartsWith("\"Célia; Prado\";celia@escola.example;http://", rows[2], StringComparison.Ordinal);
        Assert.Equal(2, await server.CountAsync("select count(*) from password_resets where institution_id = $1", _institution));

        using var beto = new PageClient(server.Address);
        var link = new Uri(rows[1].Split(';')[2]).AbsolutePath;
        Assert.Equal("/campus", (await beto.PostAsync(link, ("password", "correct horse"), ("again", "correct horse"))).Headers["Location"]);
        Assert.DoesNotContain("Beto Lima", (await client.GetAsync("/manage/users?can_sign_in=no")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Beto", (await client.PostAsync("/manage/users/password-links")).Text, StringComparison.Ordinal);
        var trail = await client.GetAsync("/webhooks/audit");
        Assert.Contains("baixou links de senha", trail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(link, trail.Text, StringComparison.Ordinal);
        Assert.Contains("Fale com um gestor da sua escola.", (await new PageClient(server.Address, "pt-BR").GetAsync("/sign-in")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_chosen_for_a_class_and_what_was_pasted_stay_over_searches()
    {
        using var client = await NewManagerAsync();
        var course = await server.AddCourseAsync(_institution);
        var opened = (await client.PostAsync("/manage/classes", ("name", "March"), ("course_id", $"{course}"), ("starts_on", "2026-01-01"))).Headers["Location"];
        var ana = IdOf(await RegisterAsync(client, "Ana Souza", "ana@escola.example", "529.982.247-25"));
        var beto = IdOf(await RegisterAsync(client, "Beto Lima", "beto@escola.example", "111.444.777-35"));
        var chip = $"type=\"hidden\" name=\"user\" value=\"{ana}\"";
        var box = $"type=\"checkbox\" name=\"user\" value=\"{beto}\"";
        var found = await client.PostAsync(
            $"{opened}/invite", ("search", "beto"), ("user", ana), ("emails", "x@escola.example"), ("do", "find"));
        Assert.Equal(HttpStatusCode.OK, found.Status);
        Assert.Contains(chip, found.Text, StringComparison.Ordinal);
        Assert.Contains(box, found.Text, StringComparison.Ordinal);
        Assert.Contains(">x@escola.example</textarea>", found.Text, StringComparison.Ordinal);
        var dropped = await client.PostAsync($"{opened}/invite", ("search", ""), ("user", ana), ("user", beto), ("do", $"drop:{beto}"));
        Assert.Contains(chip, dropped.Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"value=\"{beto}\"", dropped.Text, StringComparison.Ordinal);
        Assert.Equal(0, await server.CountAsync("select count(*) from class_students where institution_id = $1", _institution));
    }

    [Theory]
    [InlineData("prado helena")]
    [InlineData("celia")]
    [InlineData("HP@escola.example")]
    [InlineData("529.982.247-25")]
    [InlineData("52998224725")]
    public async Task People_and_their_enrolments_are_found_by_name_address_or_CPF(string search)
    {
        using var client = await NewManagerAsync();
        var course = await server.AddCourseAsync(_institution);
        await RegisterAsync(client, "Helena Célia do Prado", "hp@escola.example", "529.982.247-25");
        await RegisterAsync(client, "Beto Lima", "beto@escola.example", "111.444.777-35");
        foreach (var email in new[] { "hp@escola.example", "beto@escola.example" })
            await client.PostAsync("/manage/enrollments", ("email", email), ("course_id", $"{course}"));
        var query = Uri.EscapeDataString(search);
        foreach (var page in new[]
            {
                $"/manage/users?search={query}", $"/manage/enrollments?learner={query}",
                $"/manage/enrollments?learner={query}&state=active&course={course}",
            })
        {
            var found = await client.GetAsync(page);
            Assert.Contains("Helena Célia do Prado", found.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("Beto Lima", found.Text, StringComparison.Ordinal);
        }

        Assert.Contains("Nothing found", (await client.GetAsync("/manage/enrollments?learner=nobody")).Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_second_user_with_the_same_CPF_is_taken_with_a_warning()
    {
        using var client = await NewManagerAsync();
        var first = await RegisterAsync(client, "Ana Souza", "ana@escola.example", "529.982.247-25");
        Assert.DoesNotContain("The same CPF", (await client.GetAsync(first)).Text, StringComparison.Ordinal);
        var second = await client.FollowAsync(await client.PostAsync(
            "/manage/users", ("name", "Ana S."), ("email", "ana.s@escola.example"), ("cpf", "52998224725"), ("role", "learner")));
        Assert.Contains("The same CPF is of another user: Ana Souza (ana@escola.example).", second.Text, StringComparison.Ordinal);
        var alone = await client.FollowAsync(await client.PostAsync(
            $"{first}/edit", ("name", "Ana Souza"), ("email", "ana@escola.example"), ("cpf", "111.444.777-35")));
        Assert.DoesNotContain("The same CPF", alone.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_last_day_for_somebody_who_is_enrolled_already_is_said_to_be_unused_where_it_can_be_set()
    {
        using var client = await NewManagerAsync("pt-BR");
        var course = await server.AddCourseAsync(_institution);
        await RegisterAsync(client, "Ana Souza", "ana@escola.example", "529.982.247-25");
        (string, string)[] enrollment = [("email", "ana@escola.example"), ("course_id", $"{course}")];
        await client.PostAsync("/manage/enrollments", enrollment);
        var again = await client.FollowAsync(await client.PostAsync("/manage/enrollments", [.. enrollment, ("date_expire", "2090-12-31")]));
        Assert.Contains("O dia 31/12/2090 não foi usado", again.Text, StringComparison.Ordinal);
        Assert.Matches("<details class=\"confirm\" open[^>]*>(?s:(?!</details>).)*name=\"date_expire\"[^>]*value=\"2090-12-31\"", again.Text);
        var silent = await client.FollowAsync(await client.PostAsync("/manage/enrollments", enrollment));
        Assert.DoesNotContain("não foi usado", silent.Text, StringComparison.Ordinal);
    }
}
