using Npgsql;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Trails;

/// <summary>Finds trails, and keeps what the rules made of them.</summary>
public sealed class TrailStore(NpgsqlDataSource database)
{
    private const string Items =
        """
        select array_agg(i.course_id order by i.position) course_ids, array_agg(i.content_id order by i.position) content_ids,
            array_agg(coalesce(c.name, n.title) order by i.position) names, array_agg(i.required order by i.position) required,
            array_agg(coalesce(c.status, of.status) = 'published' and n.published is not false and n.removed_at is null
                      order by i.position) open
        from trail_items i
        left join courses c on c.institution_id = i.institution_id and c.id = i.course_id
        left join contents n on n.institution_id = i.institution_id and n.id = i.content_id
        left join courses of on of.institution_id = n.institution_id and of.id = n.course_id
        where i.institution_id = t.institution_id and i.trail_id = t.id
        """;

    private const string Select =
        $"""
        select t.id, t.name, t.description, t.status, t.created_at, i.course_ids, i.content_ids, i.names, i.required, i.open
        from trails t left join lateral ({Items}) i on true
        """;

    public async Task<Trail?> FindAsync(long institutionId, long id, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(database, $"{Select} where t.institution_id = $1 and t.id = $2", institutionId, id);
        return await command.RowAsync(Read, cancellationToken);
    }

    /// <summary>A page of trails in the order of their making.</summary>
    /// <param name="status">Only those of this state; null for all.</param>
    /// <param name="after">The last id of the page before; 0 for the first page.</param>
    public async Task<IReadOnlyList<Trail>> ListAsync(
        long institutionId, TrailStatus? status, long after, int limit, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            $"{Select} where t.institution_id = $1 and t.id > $2 and ($3::text is null or t.status = $3) order by t.id limit $4",
            institutionId, after, status is { } only ? Words.Of(only) : null, limit);
        return await command.RowsAsync(Read, cancellationToken);
    }

    internal static async Task<Trail?> FindAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command($"{Select} where t.institution_id = $1 and t.id = $2", id);
        return await command.RowAsync(Read, cancellationToken);
    }

    /// <summary>Locks a trail for who joins it: its items stay as they are, and others may join as well.</summary>
    internal static async Task<Trail?> LockToJoinAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync("select from trails where institution_id = $1 and id = $2 for share", [id], cancellationToken);
        return await FindAsync(transaction, id, cancellationToken);
    }

    /// <summary>Locks a trail for who edits it: nobody joins meanwhile, and who was joining has committed.</summary>
    internal static async Task<Trail?> LockToEditAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync("select from trails where institution_id = $1 and id = $2 for no key update", [id], cancellationToken);
        return await FindAsync(transaction, id, cancellationToken);
    }

    internal static Task<long> InsertAsync(CampusTransaction transaction, TrailDraft draft, CancellationToken cancellationToken) =>
        transaction.NumberAsync(
            "insert into trails (institution_id, name, description, status, created_at) values ($1, $2, $3, $4, $5) returning id",
            [draft.Name!.Trim(), draft.Description, draft.Status, transaction.Now], cancellationToken);

    internal static Task UpdateAsync(CampusTransaction transaction, long id, TrailDraft draft, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            "update trails set name = $3, description = $4, status = $5 where institution_id = $1 and id = $2",
            [id, draft.Name!.Trim(), draft.Description, draft.Status], cancellationToken);

    internal static async Task PutItemsAsync(
        CampusTransaction transaction, long id, IReadOnlyList<TrailItemDraft> items, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync("delete from trail_items where institution_id = $1 and trail_id = $2", [id], cancellationToken);
        await transaction.ExecuteAsync(
            """
            insert into trail_items (institution_id, trail_id, position, course_id, content_id, required)
            select $1, $2, i.position, i.course_id, i.content_id, i.required
            from unnest($3::bigint[], $4::bigint[], $5::bool[]) with ordinality i(course_id, content_id, required, position)
            """,
            [id, items.Select(static i => i.CourseId).ToArray(), items.Select(static i => i.ContentId).ToArray(),
                items.Select(static i => i.Required).ToArray()],
            cancellationToken);
    }

    internal static async Task DeleteAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync("delete from trail_items where institution_id = $1 and trail_id = $2", [id], cancellationToken);
        await transaction.ExecuteAsync("delete from trails where institution_id = $1 and id = $2", [id], cancellationToken);
    }

    /// <summary>Which of the items' courses and contents the institution has.</summary>
    internal static async Task<TrailCatalog> CatalogAsync(
        CampusTransaction transaction, IReadOnlyList<TrailItemDraft> items, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            """
            select false, id, status = 'published' from courses where institution_id = $1 and id = any($2)
            union all
            select true, n.id, n.published and c.status = 'published' from contents n
            join courses c on c.institution_id = n.institution_id and c.id = n.course_id
            where n.institution_id = $1 and n.id = any($3) and n.removed_at is null
            """,
            items.Select(static i => i.CourseId).OfType<long>().ToArray(), items.Select(static i => i.ContentId).OfType<long>().ToArray());
        var known = await command.RowsAsync(
            static row => (IsContent: row.GetBoolean(0), Id: row.GetInt64(1), IsOpen: row.GetBoolean(2)), cancellationToken);
        return new TrailCatalog(
            known.Where(static k => !k.IsContent).ToDictionary(static k => k.Id, static k => k.IsOpen),
            known.Where(static k => k.IsContent).ToDictionary(static k => k.Id, static k => k.IsOpen));
    }

    private static Trail Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), Words.Parse<TrailStatus>(row.GetString(3)), row.IsDBNull(5) ? [] : ItemsOf(row), row.GetFieldValue<DateTimeOffset>(4));

    private static TrailItem[] ItemsOf(NpgsqlDataReader row)
    {
        var (courses, contents, names) = (row.GetFieldValue<long?[]>(5), row.GetFieldValue<long?[]>(6), row.GetFieldValue<string[]>(7));
        var (required, open) = (row.GetFieldValue<bool[]>(8), row.GetFieldValue<bool[]>(9));
        return [.. names.Select((name, i) => new TrailItem(courses[i], contents[i], name, required[i], open[i]))];
    }
}
