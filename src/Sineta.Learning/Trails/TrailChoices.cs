using Npgsql;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Trails;

/// <summary>Finds what a trail can have: courses, and contents that stand alone in it.</summary>
public sealed class TrailChoices(NpgsqlDataSource database)
{
    /// <summary>Published courses, then published contents, whose names have some words in them, by any case, accents and order.</summary>
    public async Task<IReadOnlyList<TrailChoice>> FindAsync(
        long institutionId, string search, int limit, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            $"""
            (select id, null::bigint, name, null::text from courses
             where institution_id = $1 and status = 'published' and {Searching.Has("folded(name)", "$2")} order by lower(name), id limit $3)
            union all
            (select null, n.id, n.title, c.name from contents n
             join courses c on c.institution_id = n.institution_id and c.id = n.course_id
             where n.institution_id = $1 and n.published and n.removed_at is null and c.status = 'published'
               and {Searching.Has("n.search", "$2")}
             order by lower(n.title), n.id limit $3)
            """, institutionId, search, limit);
        return await command.RowsAsync(
            static row => new TrailChoice(
                row.IsDBNull(0) ? null : row.GetInt64(0), row.IsDBNull(1) ? null : row.GetInt64(1), row.GetString(2),
                row.IsDBNull(3) ? null : row.GetString(3)),
            cancellationToken);
    }
}

/// <summary>A course or a content: one of the two ids is given.</summary>
/// <param name="Of">The content's course.</param>
public sealed record TrailChoice(long? CourseId, long? ContentId, string Name, string? Of);
