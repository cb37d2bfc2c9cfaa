using Npgsql;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Catalog;

/// <summary>Shows courses: as a list to choose from, and one with all that it has.</summary>
public sealed class CourseCatalog(NpgsqlDataSource database)
{
    /// <summary>A page of courses by name.</summary>
    /// <param name="after">The last course of the page before; null for the first page.</param>
    public async Task<IReadOnlyList<ListedCourse>> ListAsync(
        long institutionId, CourseFilter filter, (string Name, long Id)? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            $"""
            select {CourseStore.Columns}, s.name,
                (select count(*) from lessons l where l.institution_id = $1 and l.course_id = c.id and l.removed_at is null),
                (select count(*) from contents x
                 where x.institution_id = $1 and x.course_id = c.id and x.published and x.removed_at is null)
            from courses c join schools s on s.institution_id = c.institution_id and s.id = c.school_id
            where c.institution_id = $1 and (lower(c.name), c.id) > (lower($2), $3)
              and ($4::text is null or c.status = $4) and ($5::bigint is null or c.school_id = $5)
              and ($6::text is null or {Searching.Has("c.search", "$6")})
            order by lower(c.name), c.id limit $7
            """,
            institutionId, after?.Name ?? "", after?.Id ?? 0, filter.Status is { } status ? Words.Of(status) : null,
            filter.SchoolId, filter.Search, limit);
        return await command.RowsAsync(
            static row => new ListedCourse(CourseStore.Read(row), row.GetString(10), row.GetInt32(11), row.GetInt32(12)),
            cancellationToken);
    }

    /// <summary>A course with its lessons and their contents, in order; null where there is none.</summary>
    public async Task<CourseOutline?> OutlineAsync(long institutionId, long courseId, CancellationToken cancellationToken)
    {
        await using var courses = Commands.Of(
            database,
            $"""
            select {CourseStore.Columns}, s.name from courses c join schools s on s.institution_id = c.institution_id and s.id = c.school_id
            where c.institution_id = $1 and c.id = $2
            """, institutionId, courseId);
        var found = await courses.RowAsync(
            static row => new CourseOutline(CourseStore.Read(row), row.GetString(10), Lessons: []), cancellationToken);
        if (found is null)
            return null;
        await using var contents = Commands.Of(
            database,
            $"""
            select {ContentStore.Columns} from contents where institution_id = $1 and course_id = $2 and removed_at is null
            order by position, id
            """, institutionId, courseId);
        var byLesson = (await contents.RowsAsync(ContentStore.Read, cancellationToken)).ToLookup(c => c.LessonId);
        await using var lessons = Commands.Of(
            database,
            $"""
            select {LessonStore.Columns} from lessons where institution_id = $1 and course_id = $2 and removed_at is null
            order by position, id
            """, institutionId, courseId);
        var inOrder = await lessons.RowsAsync(LessonStore.Read, cancellationToken);
        return found with { Lessons = [.. inOrder.Select(lesson => new OutlinedLesson(lesson, [.. byLesson[lesson.Id]]))] };
    }
}

/// <summary>Which courses a list has: those that fit everything that is not null.</summary>
/// <param name="Search">Words of the name or of the description, by any case, accents and order.</param>
public sealed record CourseFilter(CourseStatus? Status = null, long? SchoolId = null, string? Search = null);

/// <summary>A course in a list.</summary>
/// <param name="Contents">How many contents it has that are published.</param>
public sealed record ListedCourse(Course Course, string SchoolName, int Lessons, int Contents);

/// <summary>A course with all that it has, in order.</summary>
public sealed record CourseOutline(Course Course, string SchoolName, IReadOnlyList<OutlinedLesson> Lessons);

/// <summary>A lesson with its contents, in order; those that are not published too.</summary>
public sealed record OutlinedLesson(Lesson Lesson, IReadOnlyList<Content> Contents);
