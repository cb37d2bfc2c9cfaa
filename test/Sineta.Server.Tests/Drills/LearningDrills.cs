using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Npgsql;
using Sineta.Server.Tests.Api;
using Sineta.Testing;

namespace Sineta.Server.Tests.Drills;

/// <summary>Learners who study while their server is killed.</summary>
public sealed class LearningDrills(Postgres postgres)
{
    private const string OperatorKey = "sk_operator_of_the_drills";
    private const int Learners = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_is_killed_amid_a_thousand_completions_has_told_exactly_what_it_has_kept()
    {
        await using var receiver = await RecordingReceiver.StartAsync(Stop);
        receiver.Answer = RouteWalkTests.EchoAsync;
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings__Sineta"] = await postgres.CreateDatabaseAsync(Stop),
            ["Sineta__OperatorKey"] = OperatorKey,
            ["Sineta__SecretKey"] = Convert.ToBase64String(new byte[32]),
            ["Delivery__LeaseTime"] = "00:00:02",
            ["Logging__LogLevel__Default"] = "Warning",
        };
        await using var database = NpgsqlDataSource.Create(settings["ConnectionStrings__Sineta"]);
        await using var killed = await ServerProcess.StartAsync(settings, Stop);
        var key = await OpenSchoolAsync(killed.Address, receiver.Url);
        var todo = await EnrollAsync(database);

        var address = killed.Address;
        var (done, failures) = (0, 0);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var studying = Parallel.ForEachAsync(
            todo, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Stop }, async (completion, cancellationToken) =>
            {
                while (!await TryCompleteAsync(http, Volatile.Read(ref address), completion, cancellationToken))
                {
                    Interlocked.Increment(ref failures);
                    await Task.Delay(Pause, TimeProvider.System, cancellationToken);
                }

                Interlocked.Increment(ref done);
            });
        await Eventually.TrueAsync(() => Volatile.Read(ref done) >= todo.Count / 3, Stop);
        await killed.KillAsync(Stop);
        await AssertAgreedAsync(database);
        await using var next = await ServerProcess.StartAsync(settings, Stop);
        Volatile.Write(ref address, next.Address);
        await studying.WaitAsync(TimeSpan.FromMinutes(5), Stop);

        await AssertAgreedAsync(database);
        Assert.Equal(2 * Learners, await CountAsync(database, "select count(*) from content_completions where completed_at is not null"));
        Assert.Equal(Learners, await CountAsync(database, "select count(*) from enrollments where completed_at is not null"));
        await Eventually.TrueAsync(async () => await CountAsync(database, "select count(*) from unconcluded_deliveries") == 0, Stop);
        var arrived = receiver.Received.Where(r => r.Headers["sineta-event"].StartsWith("activities.", StringComparison.Ordinal)).ToList();
        Assert.Equal(3 * Learners, arrived.Select(r => r.WebhookId).Distinct().Count());
        Assert.Equal(3 * Learners, await CountAsync(database, "select count(*) from events"));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{done} completions, {failures} tried again, {arrived.Count} events arrived, {arrived.Count - (3 * Learners)} of them twice");
    }

    /// <summary>
    /// Each completed content and course has its event, and each event its completion; what follows from one action is all there.
    /// </summary>
    private static async Task AssertAgreedAsync(NpgsqlDataSource database)
    {
        string[] never =
        [
            """
            select count(*) from (
                select 'campus/enrollment:' || enrollment_id || '/content:' || content_id from content_completions where completed_at is not null) s (key)
            full join (select dedupe_key from events where slug = 'activities.content.completed') e (key) using (key)
            where s is null or e is null
            """,
            """
            select count(*) from (select 'campus/enrollment:' || id from enrollments where completed_at is not null) s (key)
            full join (select dedupe_key from events where slug = 'activities.course.completed') e (key) using (key)
            where s is null or e is null
            """,
            """
            select count(*) from enrollments e where (completed_at is not null) <>
                (2 = (select count(*) from content_completions c where c.enrollment_id = e.id and c.completed_at is not null))
            """,
        ];
        foreach (var sql in never)
            Assert.Equal(0, await CountAsync(database, sql));
    }

    private static async Task<bool> TryCompleteAsync(
        HttpClient http, Uri address, (long Enrollment, long Content) completion, CancellationToken cancellationToken)
    {
        try
        {
            var path = new Uri(address, $"/v1/enrollments/{completion.Enrollment}/completions");
            using var answer = await http.PostAsJsonAsync(path, new { content_id = completion.Content }, cancellationToken);
            Assert.True(
                answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"Answered {answer.StatusCode}.");
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task<string> OpenSchoolAsync(Uri address, Uri receiver)
    {
        using var operators = new ApiClient(address, OperatorKey);
        var institution = (await operators.PostAsync("/v1/institutions", new { name = "Escola" })).Ok(HttpStatusCode.Created);
        var key = institution.GetProperty("api_key").GetString()!;
        using var owner = new ApiClient(address, key);
        (await owner.PostAsync("/v1/endpoints", new { url = receiver })).Ok(HttpStatusCode.Created);
        return key;
    }

    /// <summary>Learners in a course of two texts, and what all of them have to complete.</summary>
    private static async Task<List<(long Enrollment, long Content)>> EnrollAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            $"""
            with place as (select max(id) as id from institutions),
            school as (insert into schools (institution_id, name, created_at) select id, 'Escola', now() from place returning id),
            course as (
                insert into courses (institution_id, school_id, name, workload_hours, status, created_at)
                select place.id, school.id, 'Marcenaria', 10, 'published', now() from place, school returning id),
            lesson as (
                insert into lessons (institution_id, course_id, title, position) select place.id, course.id, 'Aula', 1 from place, course returning id),
            texts as (
                insert into contents (institution_id, course_id, lesson_id, kind, title, position, published, required, body)
                select place.id, course.id, lesson.id, 'text', 'Texto', i, true, true, 'Leia.' from place, course, lesson, generate_series(1, 2) i
                returning id),
            learners as (
                insert into users (institution_id, name, email, cpf, uuid, role, created_at)
                select place.id, 'Pessoa ' || i, 'p' || i || '@example.com', '529.982.247-25', gen_random_uuid(), 'learner', now()
                from place, generate_series(1, {Learners}) i returning id),
            enrolled as (
                insert into enrollments (institution_id, user_id, course_id, source, enrolled_at)
                select place.id, learners.id, course.id, 'api', now() from place, course, learners returning id)
            select enrolled.id, texts.id from enrolled, texts order by enrolled.id, texts.id
            """);
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var todo = new List<(long, long)>();
        while (await reader.ReadAsync(Stop))
            todo.Add((reader.GetInt64(0), reader.GetInt64(1)));
        return todo;
    }

    private static async Task<long> CountAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }
}
