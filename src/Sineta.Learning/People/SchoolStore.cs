using Npgsql;
using Sineta.Delivery.Institutions;
using Sineta.Events;
using Sineta.Learning.Storage;

namespace Sineta.Learning.People;

/// <summary>Makes, finds and changes an institution's schools.</summary>
public sealed class SchoolStore(NpgsqlDataSource database, CampusTransactions campus)
{
    private const string Select = """
        select s.id, s.name, s.created_at,
            array(select u.id from school_managers m join users u on u.institution_id = m.institution_id and u.id = m.user_id
                      and u.removed_at is null
                  where m.institution_id = s.institution_id and m.school_id = s.id order by u.name, u.id),
            array(select u.name from school_managers m join users u on u.institution_id = m.institution_id and u.id = m.user_id
                      and u.removed_at is null
                  where m.institution_id = s.institution_id and m.school_id = s.id order by u.name, u.id)
        from schools s
        """;

    public Task<Change<School>> CreateAsync(Institution institution, SchoolDraft draft, CancellationToken cancellationToken) =>
        campus.RunAsync<Change<School>>(institution, async transaction =>
        {
            if (await FaultsAsync(transaction, draft, cancellationToken) is { Count: > 0 } faults)
                return new Change<School>.Refused(faults);
            var id = await transaction.NumberAsync(
                "insert into schools (institution_id, name, created_at) values ($1, $2, $3) returning id",
                [draft.Name!.Trim(), transaction.Now], cancellationToken);
            return await PutManagersAsync(transaction, id, draft, cancellationToken);
        }, cancellationToken);

    /// <param name="change">Makes the new settings of the present ones.</param>
    public Task<Change<School>> UpdateAsync(
        Institution institution, long id, Func<SchoolDraft, SchoolDraft> change, CancellationToken cancellationToken) =>
        campus.RunAsync<Change<School>>(institution, async transaction =>
        {
            // In a statement of its own: what is read with the lock is as it was before somebody else's change that was waited for.
            await transaction.ExecuteAsync(
                "select from schools where institution_id = $1 and id = $2 for update", [id], cancellationToken);
            if (await FindAsync(transaction, id, cancellationToken) is not { } school)
                return new Change<School>.Unknown($"There is no school {id}.");
            var draft = change(SchoolDraft.Of(school));
            if (await FaultsAsync(transaction, draft, cancellationToken) is { Count: > 0 } faults)
                return new Change<School>.Refused(faults);
            await transaction.ExecuteAsync(
                "update schools set name = $3 where institution_id = $1 and id = $2", [id, draft.Name!.Trim()], cancellationToken);
            await transaction.ExecuteAsync(
                "delete from school_managers where institution_id = $1 and school_id = $2", [id], cancellationToken);
            return await PutManagersAsync(transaction, id, draft, cancellationToken);
        }, cancellationToken);

    public async Task<School?> FindAsync(long institutionId, long id, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(database, $"{Select} where s.institution_id = $1 and s.id = $2", institutionId, id);
        return await command.RowAsync(Read, cancellationToken);
    }

    internal static async Task<School?> FindAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command($"{Select} where s.institution_id = $1 and s.id = $2", id);
        return await command.RowAsync(Read, cancellationToken);
    }

    /// <summary>A page of schools in the order of their making.</summary>
    /// <param name="after">The last id of the page before; 0 for the first page.</param>
    public async Task<IReadOnlyList<School>> ListAsync(long institutionId, long after, int limit, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database, $"{Select} where s.institution_id = $1 and s.id > $2 order by s.id limit $3", institutionId, after, limit);
        return await command.RowsAsync(Read, cancellationToken);
    }

    private static async Task<Change<School>> PutManagersAsync(
        CampusTransaction transaction, long id, SchoolDraft draft, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync(
            "insert into school_managers (institution_id, school_id, user_id) select $1, $2, unnest($3::bigint[])",
            [id, draft.ManagerIds.ToArray()], cancellationToken);
        await using var made = transaction.Command($"{Select} where s.institution_id = $1 and s.id = $2", id);
        var school = await made.RowAsync(Read, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Change<School>.Made(school!);
    }

    private static async Task<List<Fault>> FaultsAsync(
        CampusTransaction transaction, SchoolDraft draft, CancellationToken cancellationToken)
    {
        var faults = SchoolRules.FaultsOf(draft);
        if (draft.ManagerIds.Count > SchoolRules.MostManagers)
            return faults;
        await using var command = transaction.Command(
            "select id from users where institution_id = $1 and id = any($2) and removed_at is null", draft.ManagerIds.ToArray());
        var known = await command.RowsAsync(static row => row.GetInt64(0), cancellationToken);
        for (var i = 0; i < draft.ManagerIds.Count; i++)
        {
            if (!known.Contains(draft.ManagerIds[i]))
                faults.Add(new($"/manager_ids/{i}", "Is no user of the institution."));
        }

        return faults;
    }

    private static School Read(NpgsqlDataReader row)
    {
        var managers = row.GetFieldValue<long[]>(3).Zip(
            row.GetFieldValue<string[]>(4), static (id, name) => new SchoolManagerName(id, name));
        return new School(row.GetInt64(0), row.GetString(1), [.. managers], row.GetFieldValue<DateTimeOffset>(2));
    }
}
