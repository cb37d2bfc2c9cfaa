using Npgsql;
using NpgsqlTypes;
using Sineta.Bench.Parts;

namespace Sineta.Bench.Measures;

/// <summary>Puts a campus into a server's database, past the server: 50 courses of 40 texts, learners, and their enrolments.</summary>
internal sealed class CampusFiller : IDisposable
{
    public const int Courses = 50, Contents = 40;

    private const string Found = """
        with school as (
            insert into schools (institution_id, name, created_at) select $1, 'Escola', now() returning id),
        course as (
            insert into courses (institution_id, school_id, name, workload_hours, status, created_at)
            select $1, school.id, 'Curso ' || n, 10, 'published', now() from school, generate_series(1, $2) n returning id),
        lesson as (
            insert into lessons (institution_id, course_id, title, position) select $1, id, 'Aula', 1 from course returning id, course_id)
        insert into contents (institution_id, course_id, lesson_id, kind, title, position, published, required, body)
        select $1, lesson.course_id, lesson.id, 'text', 'Texto ' || n, n, true, true, 'Texto' from lesson, generate_series(1, $3) n
        """;

    // Each learner studies in five courses.
    private const string Grow = """
        with learner as (
            insert into users (institution_id, name, email, cpf, uuid, role, created_at)
            select $1, 'Aluna ' || n, 'aluna' || n || '@bench.example', '529.982.247-25', gen_random_uuid(), 'learner', now()
            from generate_series($2::bigint, $3::bigint) n returning id),
        taken as (
            select id, (row_number() over (order by id))::int as place from courses where institution_id = $1)
        insert into enrollments (institution_id, user_id, course_id, source, enrolled_at)
        select $1, learner.id, taken.id, 'import', now() from learner, generate_series(0, 4) i
        join lateral (select id from taken where place = (learner.id + i * 10) % $4 + 1) taken on true
        """;

    private readonly NpgsqlDataSource _database;
    private long[] _enrollments = [];
    private long[][] _contents = [];
    private long _learners;
    private long _next;

    private CampusFiller(NpgsqlDataSource database, string apiKey, long institutionId) =>
        (_database, ApiKey, InstitutionId) = (database, apiKey, institutionId);

    public string ApiKey { get; }

    public long InstitutionId { get; }

    public int Enrollments => _enrollments.Length;

    /// <summary>Founds a campus at the server's only institution with an endpoint.</summary>
    public static async Task<CampusFiller> FoundAsync(Server server, string apiKey, CancellationToken cancellationToken)
    {
        var database = NpgsqlDataSource.Create(server.ConnectionString);
        await using var owner = database.CreateCommand("select institution_id from endpoints limit 1");
        var campus = new CampusFiller(database, apiKey, (long)(await owner.ExecuteScalarAsync(cancellationToken))!);
        await campus.ExecuteAsync(Found, cancellationToken, Courses, Contents);
        return campus;
    }

    /// <summary>Adds learners until there are so many enrolments.</summary>
    public async Task GrowAsync(int enrollments, CancellationToken cancellationToken)
    {
        Report.Progress($"a campus of {enrollments:N0} enrolments");
        var learners = enrollments / 5L;
        await ExecuteAsync(Grow, cancellationToken, _learners + 1, learners, Courses);
        _learners = learners;
        foreach (var table in (string[])["users", "enrollments", "contents"])
            await ExecuteAsync($"vacuum analyze {table}", cancellationToken);
        _enrollments = await ColumnAsync<long>("select id from enrollments where institution_id = $1 order by id", cancellationToken);
        var byCourse = await ColumnAsync<long[]>(
            "select array_agg(id order by id) from contents where institution_id = $1 group by course_id order by course_id", cancellationToken);
        var courses = await ColumnAsync<long>("select id from courses where institution_id = $1 order by id", cancellationToken);
        var of = await ColumnAsync<long>("select course_id from enrollments where institution_id = $1 order by id", cancellationToken);
        _contents = Array.ConvertAll(of, course => byCourse[Array.BinarySearch(courses, course)]);
        _next = 0;
    }

    /// <summary>Something that nobody has completed yet: spread over all enrolments, each content after the one before.</summary>
    public (long Enrollment, long Content) Next()
    {
        var at = Interlocked.Increment(ref _next) - 1;
        // A stride that has no factor in common with the count goes through all of them.
        var enrollment = (int)(at * 7_919 % _enrollments.Length);
        var content = at / _enrollments.Length;
        return content < Contents
            ? (_enrollments[enrollment], _contents[enrollment][Contents - 1 - content])
            : throw new BenchFailedException("All contents are completed: measure for a shorter time.");
    }

    public Task<long> CountEventsAsync(CancellationToken cancellationToken) =>
        NumberAsync("select count(*) from event_keys where institution_id = $1", cancellationToken);

    public void Dispose() => _database.Dispose();

    private async Task<long> NumberAsync(string sql, CancellationToken cancellationToken) => (await ColumnAsync<long>(sql, cancellationToken))[0];

    private async Task<T[]> ColumnAsync<T>(string sql, CancellationToken cancellationToken)
    {
        await using var command = Command(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var values = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            values.Add(reader.GetFieldValue<T>(0));
        return [.. values];
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Command(sql, values);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = _database.CreateCommand(sql);
        if (sql.Contains("$1", StringComparison.Ordinal))
            command.Parameters.Add(new NpgsqlParameter { Value = InstitutionId, NpgsqlDbType = NpgsqlDbType.Bigint });
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
