using System.Net;
using System.Text;
using System.Text.Json;
using Npgsql;
using Sineta.Server.Tests.Api;
using Sineta.Testing;

namespace Sineta.Server.Tests.Drills;

/// <summary>A file that is read in while its server is killed.</summary>
public sealed class ImportDrills(Postgres postgres)
{
    private const string OperatorKey = "sk_operator_of_the_drills";
    private const int Rows = 5_000;
    private const int RefusedEvery = 50;
    private const int Taken = Rows - (Rows / RefusedEvery);

    /// <summary>Where the server waits within a step, with some of the steps done.</summary>
    private const int HeldRow = 1_234;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_is_killed_amid_an_import_has_in_the_end_done_and_told_each_row_once()
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
        var (course, firstUser) = await SeedAsync(database);

        string path;
        await using (var holding = await HoldAsync(database, firstUser + HeldRow))
        {
            using var client = new ApiClient(killed.Address, key);
            var started = await client.PostTextAsync(
                "/v1/imports?kind=enrollments&emit_events=true", FileOf(course, firstUser), "text/csv");
            path = $"/v1/imports/{started.Ok(HttpStatusCode.Accepted).GetProperty("id").GetInt64()}";
            const string Waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
            await Eventually.TrueAsync(async () => await CountAsync(database, Waiting) > 0, Stop);
            await killed.KillAsync(Stop);
            var done = await CountAsync(database, "select done::bigint from imports");
            Assert.InRange(done, 1, Rows - 1);
            Assert.Equal(Rows - done, await CountAsync(database, "select count(*) from import_rows"));
            await AssertAgreedAsync(database);
        }

        await using var next = await ServerProcess.StartAsync(settings, Stop);
        using var after = new ApiClient(next.Address, key);
        await Eventually.TrueAsync(async () => (await FindAsync(after, path)).GetProperty("state").GetString() == "done", Stop);
        var ended = await FindAsync(after, path);
        Assert.Equal(
            (Rows, Rows, Rows - Taken),
            (ended.GetProperty("total").GetInt32(), ended.GetProperty("done").GetInt32(), ended.GetProperty("refused").GetInt32()));
        await AssertAgreedAsync(database);
        Assert.Equal(Taken, await CountAsync(database, "select count(*) from enrollments"));
        Assert.Equal(Taken, await CountAsync(database, "select count(distinct user_id) from enrollments"));
        Assert.Equal(0, await CountAsync(database, "select count(*) from import_rows"));

        var refused = (await after.GetAsync($"{path}/refusals?format=csv")).Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var lines = Enumerable.Range(0, Rows).Where(IsRefused).Select(row => $"{row + 2},course_id,Is no course of the institution.");
        Assert.Equal(["line,column,reason", .. lines], refused);

        await Eventually.TrueAsync(async () => await CountAsync(database, "select count(*) from unconcluded_deliveries") == 0, Stop);
        var arrived = receiver.Received.Where(r => r.Headers["sineta-event"] == "activities.course.enrollment").ToList();
        Assert.Equal(Taken, arrived.Select(r => r.WebhookId).Distinct().Count());
        TestContext.Current.TestOutputHelper!.WriteLine($"{arrived.Count} events arrived, {arrived.Count - Taken} of them twice");
    }

    /// <summary>Each enrolment has its event, and each event its enrolment.</summary>
    private static async Task AssertAgreedAsync(NpgsqlDataSource database)
    {
        Assert.Equal(0, await CountAsync(
            database,
            """
            select count(*) from (select 'campus/enrollment:' || id from enrollments) s (key)
            full join (select dedupe_key from events where slug = 'activities.course.enrollment') e (key) using (key)
            where s is null or e is null
            """));
        Assert.Equal(
            await CountAsync(database, "select count(*) from enrollments"),
            await CountAsync(database, "select count(*) from events where slug = 'activities.course.enrollment'"));
    }

    /// <summary>A row for each learner; some name a course that is not there.</summary>
    private static string FileOf(long course, long firstUser)
    {
        var file = new StringBuilder("user_id,course_id,enrolled_at\n");
        for (var row = 0; row < Rows; row++)
            file.Append(null, $"{firstUser + row},{(IsRefused(row) ? 0 : course)},2025-03-10 08:00:00\n");
        return file.ToString();
    }

    private static bool IsRefused(int row) => row % RefusedEvery == RefusedEvery - 1;

    /// <summary>Keeps the step that comes to this learner from going on, until it is disposed.</summary>
    private static async Task<NpgsqlConnection> HoldAsync(NpgsqlDataSource database, long user)
    {
        var connection = await database.OpenConnectionAsync(Stop);
        await using var command = new NpgsqlCommand($"begin; select id from users where id = {user} for update", connection);
        await command.ExecuteNonQueryAsync(Stop);
        return connection;
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

    /// <summary>A published course, and as many learners as the file has rows, whose numbers follow each other.</summary>
    private static async Task<(long Course, long FirstUser)> SeedAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            $"""
            with place as (select max(id) as id from institutions),
            school as (insert into schools (institution_id, name, created_at) select id, 'Escola', now() from place returning id),
            course as (
                insert into courses (institution_id, school_id, name, workload_hours, status, created_at)
                select place.id, school.id, 'Marcenaria', 10, 'published', now() from place, school returning id),
            learners as (
                insert into users (institution_id, name, email, cpf, uuid, role, created_at)
                select place.id, 'Pessoa ' || i, 'p' || i || '@example.com', '529.982.247-25', gen_random_uuid(), 'learner', now()
                from place, generate_series(1, {Rows}) i returning id)
            select course.id, min(learners.id) from course, learners group by course.id
            """);
        await using var reader = await command.ExecuteReaderAsync(Stop);
        await reader.ReadAsync(Stop);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private static async Task<JsonElement> FindAsync(ApiClient client, string path) => (await client.GetAsync(path)).Ok();

    private static async Task<long> CountAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }
}
