using System.Globalization;
using Npgsql;

namespace Sineta.Testing;

/// <summary>A course put into the database as it is to be, with its contents in one lesson.</summary>
public sealed record SeededCourse(long Id, long SchoolId, long LessonId, IReadOnlyList<long> ContentIds);

/// <summary>A content of a seeded course; a quiz has the question "2 + 2", worth 10 points, whose second option is right.</summary>
public sealed record SeededContent(string Kind = "text")
{
    public bool Required { get; init; } = true;

    public bool Published { get; init; } = true;

    public int? MaxAttempts { get; init; }

    public int RequiredShare { get; init; } = 90;
}

/// <summary>A course that is to be.</summary>
public sealed record CourseSeed
{
    public string Status { get; init; } = "published";

    public int? ValidityDays { get; init; }

    public bool HasCertificate { get; init; } = true;

    /// <summary>What its certificate, an achievement then, asks for; null for a participation.</summary>
    public decimal? Rate { get; init; }

    public IReadOnlyList<SeededContent> Contents { get; init; } = [new()];
}

public static class CourseSeeds
{
    /// <summary>A published course of required texts.</summary>
    public static Task<SeededCourse> AddCourseAsync(this CampusNode campus, CancellationToken cancellationToken, int texts = 2) =>
        campus.AddCourseAsync(new CourseSeed { Contents = [.. Enumerable.Range(0, texts).Select(_ => new SeededContent())] }, cancellationToken);

    public static async Task<SeededCourse> AddCourseAsync(this CampusNode campus, CourseSeed seed, CancellationToken cancellationToken)
    {
        var institution = campus.Institution.Id;
        var schoolId = (await campus.AddSchoolAsync(cancellationToken)).Id;
        long? templateId = !seed.HasCertificate ? null : await campus.NumberAsync(
            """
            insert into certificate_templates (institution_id, name, type, approval_rate, title, text, created_at)
            values ($1, 'Modelo', case when $2::numeric is null then 'participation' else 'achievement' end, coalesce($2::numeric, 0),
                    'Certificado', 'Certificamos que concluiu o curso.', now()) returning id
            """, cancellationToken, institution, seed.Rate);
        var courseId = await campus.NumberAsync(
            """
            insert into courses (institution_id, school_id, name, workload_hours, status, validity_days, certificate_template_id, created_at)
            values ($1, $2, 'Marcenaria básica', 10, $3, $4::int, $5::bigint, now()) returning id
            """, cancellationToken, institution, schoolId, seed.Status, seed.ValidityDays, templateId);
        var lessonId = await campus.NumberAsync(
            "insert into lessons (institution_id, course_id, title, position) values ($1, $2, 'Aula', 1) returning id",
            cancellationToken, institution, courseId);
        List<long> contentIds = [];
        foreach (var content in seed.Contents)
            contentIds.Add(await campus.AddContentAsync(courseId, lessonId, contentIds.Count + 1, content, cancellationToken));
        return new SeededCourse(courseId, schoolId, lessonId, contentIds);
    }

    /// <summary>Another content, as if it had been there.</summary>
    public static async Task<long> AddContentAsync(
        this CampusNode campus, long courseId, long lessonId, int position, SeededContent content, CancellationToken cancellationToken)
    {
        var contentId = await campus.NumberAsync(
            """
            insert into contents (institution_id, course_id, lesson_id, kind, title, position, published, required, body, url, required_share,
                                  max_attempts, explanation)
            values ($1, $2, $3, $4, 'Conteúdo', $5, $6, $7, 'Leia.', case when $4 not in ('text', 'quiz') then 'https://example.com/aula' end,
                    case when $4 in ('video', 'audio') then $8::smallint end, $9::int, 'Explicação')
            returning id
            """, cancellationToken, campus.Institution.Id, courseId, lessonId, content.Kind, position, content.Published, content.Required,
            content.RequiredShare, content.MaxAttempts);
        if (content.Kind == "quiz")
        {
            await campus.NumberAsync(
                """
                insert into questions (institution_id, content_id, position, kind, text, options, right_options, right_texts, points)
                values ($1, $2, 1, 'single', '2 + 2', '{"três","quatro"}', '{1}', '{}', 10) returning id
                """, cancellationToken, campus.Institution.Id, contentId);
        }

        return contentId;
    }

    /// <summary>A published trail that requires one course, and that a user has joined.</summary>
    public static async Task<long> JoinTrailAsync(this CampusNode campus, long userId, long courseId, CancellationToken cancellationToken)
    {
        var trailId = await campus.NumberAsync(
            "insert into trails (institution_id, name, status, created_at) values ($1, 'Trilha', 'published', now()) returning id",
            cancellationToken, campus.Institution.Id);
        await campus.NumberAsync(
            "insert into trail_items (institution_id, trail_id, position, course_id, required) values ($1, $2, 1, $3, true) returning trail_id",
            cancellationToken, campus.Institution.Id, trailId, courseId);
        return await campus.NumberAsync(
            "insert into trail_participations (institution_id, user_id, trail_id, joined_at) values ($1, $2, $3, now()) returning trail_id",
            cancellationToken, campus.Institution.Id, userId, trailId);
    }

    /// <summary>What a statement answers, a whole number; null values among its parameters.</summary>
    public static async Task<long> NumberAsync(
        this CampusNode campus, string sql, CancellationToken cancellationToken, params object?[] values)
    {
        await using var command = campus.Database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }
}
