using System.Globalization;
using Npgsql;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Events;
using Sineta.Learning.Storage;

namespace Sineta.Learning.People;

/// <summary>Registers, finds and changes an institution's users.</summary>
public sealed class UserStore(NpgsqlDataSource database, CampusTransactions campus)
{
    internal const string Columns = "id, name, email, cpf, nickname, uuid, role, password_hash is not null, created_at, session_stamp";

    /// <summary>Registers a user, with a CPF whose check digits are right and an e-mail address that no other user has.</summary>
    public Task<Change<User>> RegisterAsync(Institution institution, UserDraft draft, CancellationToken cancellationToken) =>
        campus.RunAsync(
            institution, transaction => WriteAsync(transaction, draft, id: null, Role.Learner, cancellationToken), cancellationToken);

    /// <summary>Changes a user. What happened before keeps the name it happened under (R20).</summary>
    /// <param name="change">Makes the new settings of the present ones.</param>
    public Task<Change<User>> UpdateAsync(
        Institution institution, long id, Func<UserDraft, UserDraft> change, CancellationToken cancellationToken) =>
        campus.RunAsync(
            institution,
            async transaction => await transaction.LockUserAsync(id, cancellationToken) is { } user
                ? await WriteAsync(transaction, change(UserDraft.Of(user)), id, user.Role, cancellationToken)
                : Unknown(id),
            cancellationToken);

    /// <summary>
    /// Lets a user go: nobody signs in or is enrolled under it any more. Its e-mail address, CPF, nickname and identifier are erased; its
    /// name and what it did stay. There is no way back.
    /// </summary>
    public Task<Change<User>> RemoveAsync(Institution institution, long id, CancellationToken cancellationToken) =>
        campus.RunAsync<Change<User>>(institution, async transaction =>
        {
            await using var command = transaction.Command(
                $"""
                update users set removed_at = $3, password_hash = null, email = '', cpf = '', nickname = null, uuid = gen_random_uuid()
                where institution_id = $1 and id = $2 and removed_at is null returning {Columns}
                """, id, transaction.Now);
            if (await command.RowAsync(Read, cancellationToken) is not { } removed)
                return Unknown(id);
            await transaction.NoteAsync(
                AuditedChange.UserRemoved, id.ToString(CultureInfo.InvariantCulture), Words.Of(removed.Role), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return new Change<User>.Made(removed);
        }, cancellationToken);

    public async Task<User?> FindAsync(long institutionId, long id, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database, $"select {Columns} from users where institution_id = $1 and id = $2 and removed_at is null", institutionId, id);
        return await command.RowAsync(Read, cancellationToken);
    }

    /// <summary>The user who has an e-mail address, by any case; null where nobody has.</summary>
    public async Task<User?> FindByEmailAsync(long institutionId, string email, CancellationToken cancellationToken) =>
        await FindByEmailsAsync(institutionId, [email], cancellationToken) is [var user, ..] ? user : null;

    /// <summary>The users who have these e-mail addresses, by any case, in no order.</summary>
    public async Task<IReadOnlyList<User>> FindByEmailsAsync(
        long institutionId, IReadOnlyCollection<string> emails, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            $"""
            select {Columns} from users
            where institution_id = $1 and lower(email) = any(select lower(given) from unnest($2::text[]) given) and removed_at is null
            """, institutionId, [emails.Where(static e => !e.Contains('\0', StringComparison.Ordinal)).ToArray()]);
        return await command.RowsAsync(Read, cancellationToken);
    }

    /// <summary>Those of these users who were not removed, in no order.</summary>
    public async Task<IReadOnlyList<User>> FindAllAsync(
        long institutionId, IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database, $"select {Columns} from users where institution_id = $1 and id = any($2) and removed_at is null", institutionId,
            ids.ToArray());
        return await command.RowsAsync(Read, cancellationToken);
    }

    /// <summary>A page of users by name.</summary>
    /// <param name="filter">Whom the list has.</param>
    /// <param name="after">The last user of the page before; null for the first page.</param>
    public async Task<IReadOnlyList<User>> ListAsync(
        long institutionId, UserFilter filter, (string Name, long Id)? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            $"""
            select {Columns} from (select * from users where {Wanted(filter, "$4")} {Unordered(filter)}) found
            where (lower(name), id) > (lower($2), $3)
            order by lower(name), id limit $5
            """, institutionId, after?.Name ?? "", after?.Id ?? 0, filter.Sought, limit);
        return await command.RowsAsync(Read, cancellationToken);
    }

    /// <summary>The others who have a user's CPF, by name, so many of them.</summary>
    public async Task<IReadOnlyList<User>> WithCpfOfAsync(User user, long institutionId, int limit, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            $"""
            select {Columns} from users where institution_id = $1 and cpf = $2 and id <> $3 and removed_at is null
            order by lower(name), id limit $4
            """, institutionId, user.Cpf, user.Id, limit);
        return await command.RowsAsync(Read, cancellationToken);
    }

    /// <summary>SQL: the conditions of a filter on users of the institution $1.</summary>
    /// <param name="sought">The parameter with <see cref="UserFilter.Sought"/>.</param>
    internal static string Wanted(UserFilter filter, string sought)
    {
        var isSought = filter switch
        {
            { Cpf: not null } => $"cpf = {sought}",
            { Search: not null } => Searching.Has("search", sought),
            _ => $"{sought}::text is null",
        };
        return $"institution_id = $1 and removed_at is null and {isSought} {(filter.CannotSignIn ? "and password_hash is null" : "")}";
    }

    // Keeps whoever is searched for from being looked for in the order of names, which jumps through the whole table, and the names of all
    // others from being lowered to compare them with the last one of the page before.
    private static string Unordered(UserFilter filter) => filter.Sought is null ? "" : "offset 0";

    internal static User Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.TextOrNull(4), row.GetGuid(5),
        Words.Parse<Role>(row.GetString(6)),
        row.GetBoolean(7), row.GetFieldValue<DateTimeOffset>(8), row.GetInt64(9));

    private static async Task<Change<User>> WriteAsync(
        CampusTransaction transaction, UserDraft draft, long? id, Role before, CancellationToken cancellationToken)
    {
        var (canonical, faults) = UserRules.Check(draft);
        if (faults.Count == 0)
            faults = await ClashesAsync(transaction, canonical, id, cancellationToken);
        if (faults.Count > 0)
            return new Change<User>.Refused(faults);
        var user = await PutAsync(transaction, canonical, id, cancellationToken);
        if (user.Role != before)
        {
            await transaction.NoteAsync(
                AuditedChange.UserRoleGiven, user.Id.ToString(CultureInfo.InvariantCulture), Words.Of(user.Role), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return new Change<User>.Made(user);
    }

    private static async Task<List<Fault>> ClashesAsync(
        CampusTransaction transaction, UserDraft draft, long? id, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            """
            select '/email' from users
            where institution_id = $1 and lower(email) = lower($2) and removed_at is null and id is distinct from $4
            union all
            select '/uuid' from users where institution_id = $1 and uuid = $3::uuid and id is distinct from $4
            """, draft.Email, draft.Uuid is { } uuid ? Guid.Parse(uuid) : null, id);
        return await command.RowsAsync(row => new Fault(row.GetString(0), "Another user of the institution has it."), cancellationToken);
    }

    private static async Task<User> PutAsync(CampusTransaction transaction, UserDraft draft, long? id, CancellationToken cancellationToken)
    {
        var uuid = draft.Uuid is { } given ? Guid.Parse(given) : (Guid?)null;
        await using var command = id is null
            ? transaction.Command(
                $"""
                insert into users (institution_id, name, email, cpf, nickname, uuid, role, created_at)
                values ($1, $2, $3, $4, $5, coalesce($6::uuid, gen_random_uuid()), $7, $8) returning {Columns}
                """, draft.Name, draft.Email, draft.Cpf, draft.Nickname, uuid, draft.Role, transaction.Now)
            : transaction.Command(
                $"""
                update users set name = $2, email = $3, cpf = $4, nickname = $5, uuid = coalesce($6::uuid, uuid), role = $7
                where institution_id = $1 and id = $8 and removed_at is null returning {Columns}
                """, draft.Name, draft.Email, draft.Cpf, draft.Nickname, uuid, draft.Role, id);
        return (await command.RowAsync(Read, cancellationToken))!;
    }

    private static Change<User>.Unknown Unknown(long id) => new($"There is no user {id}.");
}

/// <summary>Which users a list has: those that fit everything that is given.</summary>
/// <param name="Search">Words of the name or of the e-mail address, by any case, accents and order.</param>
/// <param name="Cpf">A whole one, written 000.000.000-00; it stands alone, without words.</param>
/// <param name="CannotSignIn">Only those who have no password yet.</param>
public sealed record UserFilter(string? Search = null, string? Cpf = null, bool CannotSignIn = false)
{
    internal string? Sought => Cpf ?? Search;

    /// <summary>Of what somebody typed who may see CPFs: one of them, with its dots or without, or words.</summary>
    public static UserFilter Of(string? typed) =>
        Sineta.Events.Cpf.IsValid(typed?.Trim()) ? new(Cpf: Sineta.Events.Cpf.Format(typed!.Trim())) : new(typed);
}
