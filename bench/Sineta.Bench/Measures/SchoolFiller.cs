using Npgsql;
using Sineta.Bench.Parts;

namespace Sineta.Bench.Measures;

/// <summary>
/// Makes the demo school a large one, past the server: 50 more courses, learners, four enrolments of each over the last 120 days, some
/// completed, what was done under them, certificates, a class of 2,000, and trails that a third of the learners joined.
/// </summary>
internal static class SchoolFiller
{
    private const string Learners = """
        insert into users (institution_id, name, email, cpf, uuid, role, created_at)
        select $1, first[1 + n % 12] || ' ' || last[1 + n / 12 % 14] || ' ' || last[1 + n / 168 % 14] || ' ' || n, 'pessoa' || n || '@escola.example',
               '529.982.247-25', gen_random_uuid(), 'learner', now() - interval '120 days'
        from generate_series(1, $2) n,
             (select array['Ana', 'Bruno', 'Carla', 'Davi', 'Elisa', 'Fábio', 'Gabriela', 'Heitor', 'Iara', 'João', 'Karina', 'Luís'] as first,
                     array['Souza', 'Silva', 'Prado', 'Tavares', 'Nogueira', 'Okamoto', 'Fagundes', 'Andrade', 'Luz', 'Guarani', 'Lima', 'Rocha',
                           'Moura', 'Castro'] as last) names
        """;

    private const string Enrollments = """
        with course as (
            select id, row_number() over (order by id) - 1 as place, count(*) over () as courses from courses
            where institution_id = $1 and status = 'published'),
        learner as (
            select id, row_number() over (order by id) as n from users where institution_id = $1 and email like 'pessoa%@escola.example')
        insert into enrollments (
            institution_id, user_id, course_id, source, enrolled_at, date_expire, suspended, ended, ended_at, completed_at)
        select $1, learner.id, course.id, 'import', at, case n % 5 when 0 then current_date + 90 end, n % 100 = 1,
               case n % 50 when 2 then 'cancelled' end, case n % 50 when 2 then now() end,
               case when (n + i) % 3 = 0 then at + (now() - at) * (n % 97) / 97 end
        from generate_series(0, 3) i cross join learner
        cross join lateral (select now() - interval '120 days' * (1 - (i * $2 + n) / (4.0 * $2 + 1)) as at) enrolled
        join course on course.place = (n * 5 + i * 13) % course.courses
        order by i, learner.id
        """;

    private const string Completions = """
        insert into content_completions (institution_id, enrollment_id, content_id, user_id, started_at, completed_at)
        select $1, e.id, c.id, e.user_id, at, at
        from enrollments e
        join (select id, course_id, row_number() over (partition by course_id order by id) as place from contents
              where institution_id = $1 and published and required and removed_at is null) c
            on c.course_id = e.course_id and c.place <= e.id % 6
        cross join lateral (select e.enrolled_at + (now() - e.enrolled_at) * ((e.id * 31 + c.place * 17) % 101) / 101 as at) done
        where e.institution_id = $1 and e.source = 'import'
        """;

    private const string Certificates = """
        insert into certificates (
            institution_id, enrollment_id, type, code, issued_at, approval_rate, title, text, user_name, cpf, course_name, workload_hours,
            enrolled_at, concluded_at, school_name)
        select $1, e.id, 'participation', regexp_replace(lpad(e.id::text, 16, '0'), '(.{4})(?=.)', '\1-', 'g'), e.completed_at, 0, 'Certificado',
               'Certificamos que {name} concluiu {course}.', u.name, u.cpf, k.name, k.workload_hours, e.enrolled_at, e.completed_at, 'Escola'
        from enrollments e
        join users u on u.institution_id = e.institution_id and u.id = e.user_id
        join courses k on k.institution_id = e.institution_id and k.id = e.course_id
        where e.institution_id = $1 and e.source = 'import' and e.completed_at is not null
        """;

    private const string Students = """
        with class as (select id, course_id from classes where institution_id = $1 limit 1),
        student as (
            update enrollments e set class_id = class.id from class
            where e.id in (
                select o.id from enrollments o where o.institution_id = $1 and o.course_id = class.course_id and o.source = 'import' limit 2000)
            returning e.user_id, e.id, e.class_id)
        insert into class_students (institution_id, class_id, user_id, enrollment_id, invited_at)
        select $1, class_id, user_id, id, now() from student
        """;

    private const string Participations = """
        insert into trail_participations (institution_id, user_id, trail_id, joined_at)
        select $1, u.id, t.id, now() from users u join trails t on t.institution_id = u.institution_id
        where u.institution_id = $1 and u.email like 'pessoa%@escola.example' and u.id % 3 = 0
        """;

    private const string Audit = """
        insert into audit_entries (institution_id, happened_at, who, what, subject, detail)
        select $1, now() - interval '1 hour' * (20000 - n), 'user 1 (Helena Prado)', 'endpoint.changed', e.id::text, 'description'
        from generate_series(1, 20000) n, (select id from endpoints where institution_id = $1 order by id limit 1) e
        """;

    /// <summary>Fills the school of the server's only institution with endpoints.</summary>
    public static async Task FillAsync(Server server, string apiKey, int learners, CancellationToken cancellationToken)
    {
        Report.Progress($"a school of {learners:N0} learners");
        using var courses = await CampusFiller.FoundAsync(server, apiKey, cancellationToken);
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        await ExecuteAsync(Learners, learners);
        await ExecuteAsync(Enrollments, learners);
        foreach (var statement in (string[])[Completions, Certificates, Students, Participations, Audit])
            await ExecuteAsync(statement);
        foreach (var table in (string[])["users", "courses", "contents", "enrollments", "content_completions", "certificates",
            "class_students", "trail_participations", "audit_entries"])
        {
            await using var command = database.CreateCommand($"vacuum analyze {table}");
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        async Task ExecuteAsync(string sql, params object[] values)
        {
            await using var command = database.CreateCommand(sql);
            command.Parameters.Add(new NpgsqlParameter { Value = courses.InstitutionId });
            foreach (var value in values)
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
