using Sineta.Learning.People;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Imports;

/// <summary>Whom the rows of a file mean: by id, by uuid or by e-mail address.</summary>
internal sealed class ImportedLearners
{
    private readonly Dictionary<long, User> _byId;
    private readonly Dictionary<Guid, User> _byUuid;
    private readonly Dictionary<string, User> _byEmail;

    private ImportedLearners(IReadOnlyList<User> users)
    {
        _byId = users.ToDictionary(static u => u.Id);
        _byUuid = users.ToDictionary(static u => u.Uuid);
        _byEmail = users.ToDictionary(static u => u.Email, StringComparer.OrdinalIgnoreCase);
    }

    public IReadOnlyCollection<long> Ids => _byId.Keys;

    /// <summary>Finds and locks them all, by their numbers.</summary>
    /// <remarks>
    /// One after the other (lateral, offset 0): where the database has no statistics yet, as right after a first import of users, joins go
    /// through every user of the institution for each row.
    /// </remarks>
    public static async Task<ImportedLearners> LockAsync(
        CampusTransaction transaction, IReadOnlyList<RowCells> rows, CancellationToken cancellationToken)
    {
        var named = rows.Where(static r => r.IsFine).ToList();
        await using var command = transaction.Command(
            $"""
            with named (id) as (
                select unnest($2::bigint[])
                union select u.id from unnest($3::uuid[]) given (uuid) cross join lateral (
                    select id from users where institution_id = $1 and uuid = given.uuid offset 0) u
                union select u.id from unnest($4::text[]) given (email) cross join lateral (
                    select id from users where institution_id = $1 and lower(email) = given.email and removed_at is null offset 0) u)
            select u.* from (select id from named order by id) n cross join lateral (
                select {UserStore.Columns} from users where institution_id = $1 and id = n.id and removed_at is null for no key update) u
            """,
            named.Select(static r => r.Id("user_id")).OfType<long>().ToArray(),
            named.Select(static r => r.Uuid("user_uuid")).OfType<Guid>().ToArray(),
            named.Select(static r => r.Text("user_email")?.Trim().ToLowerInvariant()).OfType<string>().ToArray());
        return new ImportedLearners(await command.RowsAsync(UserStore.Read, cancellationToken));
    }

    /// <summary>The user that a row means; null where it is refused.</summary>
    public User? Find(RowCells row)
    {
        if (!row.IsFine)
            return null;
        string[] given = [.. ImportColumns.Learner.Where(column => row.Text(column) is not null)];
        if (given.Length != 1)
        {
            row.Refuse("", "Must have one of user_id, user_uuid and user_email, and only one.");
            return null;
        }

        var user = given[0] switch
        {
            "user_id" => _byId.GetValueOrDefault(row.Id("user_id") ?? 0),
            "user_uuid" => _byUuid.GetValueOrDefault(row.Uuid("user_uuid") ?? Guid.Empty),
            _ => _byEmail.GetValueOrDefault(row.Text("user_email")!.Trim()),
        };
        if (user is null && row.IsFine)
            row.Refuse(given[0], "Is no user of the institution.");
        return user;
    }
}
