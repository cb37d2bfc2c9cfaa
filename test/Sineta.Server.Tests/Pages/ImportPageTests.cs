using System.Net;
using Npgsql;
using Sineta.Server.Pages;
using Sineta.Server.Tests.Api;
using Sineta.Testing;

namespace Sineta.Server.Tests.Pages;

/// <summary>Files that a manager brings in, without JavaScript.</summary>
public sealed class ImportPageTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string List = "/manage/imports";
    private const int MostStatements = 3;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_is_sent_worked_through_and_shows_the_rows_that_it_refused_with_their_reasons()
    {
        using var client = await NewManagerAsync("pt-BR");
        Assert.Contains("Nenhuma importação ainda", (await client.GetAsync(List)).Text, StringComparison.Ordinal);
        var path = await ImportAsync(
            client, "users", "name;email;cpf\nAna Souza;ana@example.com;529.982.247-25\nBeto;beto@example.com;1\n");

        var done = await EndAsync(client, path);
        Assert.Contains("Linha 3", done.Text, StringComparison.Ordinal);
        Assert.Contains("Deve ser um CPF com os dígitos verificadores corretos", done.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hx-trigger=\"every", done.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Cancelar a importação", done.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"/manage/users?can_sign_in=no\"", done.Text, StringComparison.Ordinal);
        var refused = await client.GetAsync($"{path}/refused");
        Assert.Equal($"attachment; filename=\"import-{path.Split('/')[^1]}-refused.csv\"", refused.Headers["Content-Disposition"]);
        Assert.StartsWith(
            "nome;e-mail;cpf;apelido;uuid;papel;linha;coluna;motivo\r\nBeto;beto@example.com;1;;;;3;cpf;\"Deve ser um CPF",
            refused.Text.TrimStart('\uFEFF'), StringComparison.Ordinal);
        Assert.Equal(1, await server.CountAsync("select count(*) from users where institution_id = $1", _institution));
        Assert.Contains(path, (await client.GetAsync(List)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_whose_rows_are_no_longer_kept_says_so_and_still_tells_why_they_were_refused()
    {
        using var client = await NewManagerAsync("pt-BR");
        var path = await ImportAsync(client, "users", "name;email;cpf\nBeto;beto@example.com;1\n");
        Assert.Contains($"{path}/refused", (await EndAsync(client, path)).Text, StringComparison.Ordinal);
        Assert.Equal(1, await server.CountAsync(
            """
            with forgotten as (update imports set rows_kept = false where institution_id = $1 returning id)
            select count(*) from forgotten
            """, _institution));

        var page = await client.GetAsync(path);

        Assert.Contains("apagado 30 dias depois do fim da importação", page.Text, StringComparison.Ordinal);
        Assert.Contains("Deve ser um CPF com os dígitos verificadores corretos", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"{path}/refused", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_an_enrolment_brings_about_is_told_only_where_the_form_says_so(bool tell)
    {
        using var client = await NewManagerAsync();
        var course = await server.AddCourseAsync(_institution);
        var user = await server.AddUserAsync(_institution);
        var row = $$"""{"user_id": {{user}}, "course_id": {{course}}, "enrolled_at": "2025-03-10 08:00:00"}""";
        var path = await ImportAsync(client, "enrollments", row, tell ? [("tell", "1")] : []);
        var done = await EndAsync(client, path);
        Assert.Contains(tell ? "Sent, under their original times" : "Not sent", done.Text, StringComparison.Ordinal);
        Assert.Contains("No row was refused", done.Text, StringComparison.Ordinal);
        Assert.Equal(1, await server.CountAsync("select count(*) from enrollments where institution_id = $1", _institution));
        Assert.Equal(tell ? 1 : 0, await server.CountAsync("select count(*) from events where institution_id = $1", _institution));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_told_every_fault_beside_its_field_and_what_was_ticked_stays()
    {
        using var client = await NewManagerAsync("pt-BR");
        var header = await client.UploadAsync(List, "user_id,curso,curso\n1,2,3\n", ("kind", "enrollments"), ("tell", "1"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, header.Status);
        foreach (var sentence in new[] { "Coluna 2: Não é conhecida aqui; são: user_id", "Deve ter as colunas course_id, enrolled_at." })
            Assert.Contains(sentence, header.Text, StringComparison.Ordinal);
        Assert.Contains("name=\"tell\" value=\"1\" checked", header.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"enrollments\"", header.Text, StringComparison.Ordinal);

        (string, string)[] faulty =
            [("", "Escolha um arquivo"), ("name,email,cpf\n", "Deve ter uma linha."), ("name,email,cpf\n\"a", "Não é CSV na linha")];
        foreach (var (file, sentence) in faulty)
            Assert.Contains(sentence, (await client.UploadAsync(List, file, ("kind", "users"))).Text, StringComparison.Ordinal);
        var nothing = await client.PostAsync(List, ("kind", "cats"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nothing.Status);
        Assert.Contains("Escolha o que é importado.", nothing.Text, StringComparison.Ordinal);
        Assert.Equal(0, await server.CountAsync("select count(*) from imports where institution_id = $1", _institution));
    }

    [Fact]
    public async Task A_file_may_be_larger_than_other_forms()
    {
        using var client = await NewManagerAsync();
        var row = $"{new string('x', 1_000_000)},x@example.com,529.982.247-25\n";
        var path = await ImportAsync(client, "users", "name,email,cpf\n" + string.Concat(Enumerable.Repeat(row, 32)));
        Assert.Contains("Line 33", (await EndAsync(client, path)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_as_a_Brazilian_Excel_saves_it_is_taken_whole()
    {
        using var client = await NewManagerAsync("pt-BR");
        var windows = System.Text.CodePagesEncodingProvider.Instance.GetEncoding(1252)!;
        var list = windows.GetBytes("Nome;E-mail;CPF;Papel\r\nJosé Conceição – “Zé”;ze@example.com;529.982.247-25;Gestor\r\n");
        var answer = await client.UploadAsync(List, list, ("kind", "users"));
        Assert.True(answer.Status == HttpStatusCode.Redirect, answer.Text);
        Assert.Contains("Nenhuma linha foi recusada", (await EndAsync(client, answer.Headers["Location"])).Text, StringComparison.Ordinal);
        Assert.Equal(1, await server.CountAsync(
            "select count(*) from users where institution_id = $1 and name = 'José Conceição – “Zé”' and role = 'manager'", _institution));
    }

    [Fact]
    public async Task A_workbook_is_told_how_it_becomes_a_list()
    {
        using var client = await NewManagerAsync("pt-BR");
        var answer = await client.UploadAsync(List, "PK\u0003\u0004\u0014"u8.ToArray(), ("kind", "users"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains("“CSV (separado por vírgulas)”", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_rows_are_downloaded_whole_corrected_and_sent_again()
    {
        using var client = await NewManagerAsync("pt-BR");
        var path = await ImportAsync(
            client, "users", "nome;e-mail;cpf\nAna;ana@example.com;529.982.247-25\n\"Beto; o 2º\";beto@example.com;1\nEva;eva@example.com\n");
        await EndAsync(client, path);
        var refused = (await client.GetAsync($"{path}/refused")).Text;
        Assert.Contains("\r\n\"Beto; o 2º\";beto@example.com;1;;;;3;cpf;", refused, StringComparison.Ordinal);
        Assert.Contains("\r\nEva;eva@example.com;;;;;4;;", refused, StringComparison.Ordinal);
        var corrected = refused.Replace(";1;;;;3;", ";111.444.777-35;;;;3;", StringComparison.Ordinal)
            .Replace("eva@example.com;;", "eva@example.com;529.982.247-25;", StringComparison.Ordinal);
        var again = await EndAsync(client, await ImportAsync(client, "users", corrected));
        Assert.Contains("Nenhuma linha foi recusada", again.Text, StringComparison.Ordinal);
        Assert.Equal(3, await server.CountAsync("select count(*) from users where institution_id = $1", _institution));
    }

    [Theory]
    [InlineData("users", "csv")]
    [InlineData("users", "ndjson")]
    [InlineData("enrollments", "csv")]
    [InlineData("enrollments", "ndjson")]
    [InlineData("completions", "csv")]
    [InlineData("completions", "ndjson")]
    public async Task Each_sample_is_a_file_that_can_be_imported(string kind, string format)
    {
        foreach (var language in new[] { "en", "pt-BR" })
            await ImportSampleAsync(kind, format, language);
    }

    private async Task ImportSampleAsync(string kind, string format, string language)
    {
        using var client = await NewManagerAsync(language);
        var sample = await client.GetAsync($"{List}/sample?kind={kind}&format={format}");
        Assert.Equal($"attachment; filename=\"{kind}.{format}\"", sample.Headers["Content-Disposition"]);
        var done = await EndAsync(client, await ImportAsync(client, kind, sample.Text));
        if (kind == "users")
            Assert.Contains(language == "en" ? "No row was refused" : "Nenhuma linha foi recusada", done.Text, StringComparison.Ordinal);
        else
            Assert.DoesNotContain(language == "en" ? "Must" : "Deve", done.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_that_runs_asks_for_its_progress_again_and_is_cancelled_once()
    {
        using var client = await NewManagerAsync();
        var path = $"{List}/{await StartLongAsync()}";
        await using (var held = await server.Database.OpenConnectionAsync(Stop))
        await using (var transaction = await held.BeginTransactionAsync(Stop))
        {
            await using var hold = new NpgsqlCommand("select id from imports where institution_id = $1 for share", held, transaction);
            hold.Parameters.AddWithValue(_institution);
            await hold.ExecuteNonQueryAsync(Stop);
            var running = await client.GetAsync(path);
            Assert.Contains($"hx-get=\"{path}/progress\" hx-trigger=\"every 1s\"", running.Text, StringComparison.Ordinal);
            Assert.Contains($"class=\"btn btn-sm no-js\" href=\"{path}\"", running.Text, StringComparison.Ordinal);
        }

        var cancelled = await client.FollowAsync(await client.PostAsync($"{path}/cancel"));
        Assert.Contains("The import is cancelled.", cancelled.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("every 1s", cancelled.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_page_of_imports_asks_more_of_the_database_where_there_is_more_to_show_and_none_shows_anothers()
    {
        using var client = await NewManagerAsync();
        var rows = string.Concat(Enumerable.Range(0, 120).Select(i => $"N{i},n{i}@example.com,1\n"));
        var path = await ImportAsync(client, "users", "name,email,cpf\n" + rows);
        await EndAsync(client, path);
        using var counter = new StatementCounter();
        client.Trace(counter.TraceParent);
        string[] pages = [List, $"{List}/new?kind=completions", path, $"{path}/progress", $"{path}?after=51"];
        foreach (var page in pages)
        {
            var answer = await client.GetAsync(page);
            Assert.Equal((page, HttpStatusCode.OK), (page, answer.Status));
            var statements = counter.Take();
            Assert.True(statements <= MostStatements, $"{page} takes {statements} statements.");
        }

        Assert.Contains($"{path}?after=51", (await client.GetAsync(path)).Text, StringComparison.Ordinal);
        Assert.Contains("Line 52", (await client.GetAsync($"{path}?after=51")).Text, StringComparison.Ordinal);
        using var other = await NewManagerAsync();
        foreach (var page in new[] { path, $"{path}/progress", $"{path}/refused" })
            Assert.Equal((page, HttpStatusCode.NotFound), (page, (await other.GetAsync(page)).Status));
        Assert.Equal(HttpStatusCode.NotFound, (await other.PostAsync($"{path}/cancel")).Status);
    }

    private long _institution;

    private async Task<PageClient> NewManagerAsync(string language = "en")
    {
        (var key, _institution) = await server.NewCampusAsync();
        key.Dispose();
        return new PageClient(server.Address, language).As(server, Roles.Manager, _institution, userId: long.MaxValue);
    }

    /// <summary>Sends a file in.</summary>
    /// <returns>The page of its import.</returns>
    private static async Task<string> ImportAsync(PageClient client, string kind, string file, params (string, string)[] values)
    {
        var answer = await client.UploadAsync(List, file, [("kind", kind), .. values]);
        Assert.True(answer.Status == HttpStatusCode.Redirect, answer.Text);
        return answer.Headers["Location"];
    }

    /// <summary>An import that takes many steps.</summary>
    private Task<long> StartLongAsync() => server.CountAsync(
        """
        with made as (
            insert into imports (institution_id, kind, emit_events, state, total, created_at)
            values ($1, 'users', false, 'running', 50000, now())
            returning id),
        filled as (
            insert into import_rows (institution_id, import_id, line, cells, fault)
            select $1, made.id, line, array[]::text[], 'Is no JSON.' from made, generate_series(1, 50000) line returning 1)
        select made.id from made where (select count(*) from filled) > 0
        """, _institution);

    private static async Task<Answer> EndAsync(PageClient client, string path)
    {
        await Eventually.TrueAsync(
            async () => !(await client.GetAsync($"{path}/progress", byHtmx: true)).Text.Contains("every 1s", StringComparison.Ordinal),
            Stop);
        return await client.GetAsync(path);
    }
}
