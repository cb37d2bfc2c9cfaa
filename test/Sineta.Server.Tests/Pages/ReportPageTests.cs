using System.Net;
using Sineta.Server.Pages;
using Sineta.Server.Tests.Api;

namespace Sineta.Server.Tests.Pages;

/// <summary>What happened on the campus, downloaded by a manager.</summary>
public sealed class ReportPageTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Reports = "/manage/reports";
    private const int MostStatements = 3;

    [Fact]
    public async Task Both_reports_are_downloaded_in_both_formats_with_whole_days_of_the_institution()
    {
        using var client = await NewManagerAsync();
        var course = await server.AddCourseAsync(_institution);
        await CompleteAsync(course, "Ana", "2025-03-11T02:59:59Z"); // 23:59:59 of the 10th in São Paulo
        await CompleteAsync(course, "Beto", "2025-03-11T03:00:00Z");

        Assert.Equal("Ana Beto", await NamesAsync(client, "progress?format=csv"));
        Assert.Equal("Ana", await NamesAsync(client, $"progress?format=csv&course_id={course}&from=2025-03-10&until=2025-03-10"));
        Assert.Equal("Beto", await NamesAsync(client, "completions?format=csv&course_id=&from=2025-03-11&until="));
        Assert.Equal("", await NamesAsync(client, $"completions?format=csv&course_id={course + 1}"));
        var lines = await client.GetAsync($"{Reports}/completions?format=ndjson");
        Assert.Equal("attachment; filename=\"completions.ndjson\"", lines.Headers["Content-Disposition"]);
        Assert.Equal(2, lines.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        using var other = await NewManagerAsync();
        Assert.Equal("", await NamesAsync(other, "progress?format=csv"));
    }

    [Fact]
    public async Task A_report_opens_in_a_Brazilian_Excel_with_its_accents_columns_and_local_times()
    {
        using var client = await NewManagerAsync("pt-BR");
        var course = await server.AddCourseAsync(_institution, "Água; e clima");
        await CompleteAsync(course, "Célia", "2025-03-11T02:59:59Z");
        await server.CountAsync(
            """
            with made as (update content_completions set points = 1.5, points_possible = 2, correct = true where institution_id = $1 returning 1)
            select count(*) from made
            """, _institution);
        var done = (await client.GetBytesAsync($"{Reports}/completions?format=csv")).AsSpan();
        Assert.True(done.StartsWith("\uFEFF"u8));
        var rows = System.Text.Encoding.UTF8.GetString(done[3..]).Split("\r\n");
        Assert.StartsWith("id;id da matrícula;id do aluno;aluno;", rows[0], StringComparison.Ordinal);
        Assert.Contains(";Célia;", rows[1], StringComparison.Ordinal);
        Assert.Contains(";\"Água; e clima\";", rows[1], StringComparison.Ordinal);
        Assert.Contains(";Texto;2025-03-10 23:59:59;Sim;\"1,5", rows[1], StringComparison.Ordinal);
        var progress = await client.GetAsync($"{Reports}/progress?format=csv");
        Assert.Contains(";Pela instituição;2025-03-10 23:59:59;Ativa;", progress.Text, StringComparison.Ordinal);
        Assert.Contains("\"user_name\":\"Célia\"", (await client.GetAsync($"{Reports}/completions?format=ndjson")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("progress")]
    [InlineData("completions")]
    public async Task Days_that_cannot_be_are_told_beside_their_fields_and_what_was_chosen_stays(string report)
    {
        using var client = await NewManagerAsync("pt-BR");
        var course = await server.AddCourseAsync(_institution);
        var wrong = await client.GetAsync($"{Reports}/{report}?course_id={course}&from=2025-03-10&until=2025-03-09&format=csv");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "text/html"), (wrong.Status, wrong.MediaType));
        Assert.Contains("id=\"until-faults\"", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("Não pode ser antes do primeiro dia.", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"2025-03-10\"", wrong.Text, StringComparison.Ordinal);
        Assert.Contains($"<option value=\"{course}\" selected", wrong.Text, StringComparison.Ordinal);
        var garbage = await client.GetAsync($"{Reports}/{report}?course_id=x&from=yesterday");
        Assert.Contains("id=\"course_id-faults\"", garbage.Text, StringComparison.Ordinal);
        Assert.Contains("id=\"from-faults\"", garbage.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_asks_no_more_of_the_database_where_there_are_more_courses()
    {
        using var client = await NewManagerAsync();
        for (var i = 0; i < 12; i++)
            await server.AddCourseAsync(_institution, $"Course {i}");
        using var counter = new StatementCounter();
        client.Trace(counter.TraceParent);
        Assert.Contains("Course 11", (await client.GetAsync(Reports)).Text, StringComparison.Ordinal);
        Assert.InRange(counter.Take(), 1, MostStatements);
    }

    private long _institution;

    private async Task<PageClient> NewManagerAsync(string language = "en")
    {
        (var key, _institution) = await server.NewCampusAsync();
        key.Dispose();
        return new PageClient(server.Address, language).As(server, Roles.Manager, _institution, userId: long.MaxValue);
    }

    /// <summary>A learner who enrolled in a course and completed it at one moment.</summary>
    private async Task CompleteAsync(long course, string name, string at) => await server.CountAsync(
        """
        with enrolled as (
            insert into enrollments (institution_id, user_id, course_id, source, enrolled_at, completed_at)
            values ($1, $2, $3, 'api', $4, $4) returning id),
        done as (
            insert into content_completions (institution_id, enrollment_id, content_id, user_id, started_at, completed_at)
            select $1, enrolled.id, contents.id, $2, $4, $4 from enrolled, contents where course_id = $3 returning 1)
        select count(*) from done
        """, _institution, await server.AddUserAsync(_institution, name), course, DateTimeOffset.Parse(at, null));

    private static async Task<string> NamesAsync(PageClient client, string query)
    {
        var answer = await client.GetAsync($"{Reports}/{query}");
        Assert.Equal((HttpStatusCode.OK, "text/csv"), (answer.Status, answer.MediaType));
        var rows = answer.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(row => row.Split(',')).ToList();
        var name = Array.IndexOf(rows[0], "user_name");
        return string.Join(' ', rows.Skip(1).Select(row => row[name]));
    }
}
