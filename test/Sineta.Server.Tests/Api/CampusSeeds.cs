using System.Globalization;
using Npgsql;

namespace Sineta.Server.Tests.Api;

/// <summary>What a campus has before a test begins, put into the database as it is to be.</summary>
internal static class CampusSeeds
{
    /// <summary>A published course with a lesson and a required text.</summary>
    public static Task<long> AddCourseAsync(this ApiServer server, long institutionId, string name = "Marcenaria") => server.NumberAsync(
        """
        with school as (insert into schools (institution_id, name, created_at) values ($1, $2, now()) returning id),
        course as (
            insert into courses (institution_id, school_id, name, workload_hours, status, created_at)
            select $1, id, $2, 10, 'published', now() from school returning id),
        lesson as (
            insert into lessons (institution_id, course_id, title, position) select $1, id, $2, 1 from course returning id, course_id)
        insert into contents (institution_id, course_id, lesson_id, kind, title, position, published, required)
        select $1, course_id, id, 'text', $2, 1, true, true from lesson returning course_id
        """, institutionId, name);

    public static Task<long> AddUserAsync(this ApiServer server, long institutionId, string name = "Ana Souza") => server.NumberAsync(
        """
        insert into users (institution_id, name, email, cpf, uuid, role, created_at)
        select $1, $2, id || '@example.com', '529.982.247-25', id, 'learner', now() from gen_random_uuid() id returning id
        """, institutionId, name);

    /// <summary>A course that the user completed.</summary>
    public static Task<long> AddCompletionAsync(this ApiServer server, long institutionId, long userId, long courseId) => server.NumberAsync(
        """
        insert into enrollments (institution_id, user_id, course_id, source, enrolled_at, completed_at)
        values ($1, $2, $3, 'api', now(), now()) returning id
        """, institutionId, userId, courseId);

    private static async Task<long> NumberAsync(this ApiServer server, string sql, params object[] values)
    {
        await using var command = server.Database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return Convert.ToInt64(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken), CultureInfo.InvariantCulture);
    }
}
