using Sineta.Learning.People;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Imports;

/// <summary>Registers the users of a file, each as if alone.</summary>
internal static class ImportedUsers
{
    public static async Task<IReadOnlyList<ImportRefusal>> RunAsync(
        CampusTransaction transaction, Import import, IReadOnlyList<RowCells> rows, CancellationToken cancellationToken)
    {
        var drafts = rows.Where(static r => r.IsFine).Select(row => (Row: row, Draft: Check(row, import.HighestRole))).ToList();
        var (emails, uuids) = await TakenAsync(transaction, drafts.ConvertAll(static d => d.Draft), cancellationToken);
        List<UserDraft> users = [];
        foreach (var (row, draft) in drafts.Where(static d => d.Row.IsFine))
        {
            if (emails.Contains(draft.Email!))
                row.Refuse("email", "Another user of the institution has it.");
            if (draft.Uuid is { } uuid && uuids.Contains(Guid.Parse(uuid)))
                row.Refuse("uuid", "Another user of the institution has it.");
            if (!row.IsFine)
                continue;
            users.Add(draft);
            emails.Add(draft.Email!);
            if (draft.Uuid is { } taken)
                uuids.Add(Guid.Parse(taken));
        }

        await AddAsync(transaction, users, cancellationToken);
        return RowCells.RefusedOf(rows);
    }

    private static UserDraft Check(RowCells row, Role highestRole)
    {
        var given = new UserDraft
        {
            Name = row.Text("name"),
            Email = row.Text("email"),
            Cpf = row.Text("cpf")?.Trim(),
            Nickname = row.Text("nickname"),
            Uuid = row.Text("uuid")?.Trim(),
            Role = RoleOf(row.Text("role")?.Trim().ToLowerInvariant()),
        };
        var (draft, faults) = UserRules.Check(given);
        foreach (var fault in faults)
            row.Refuse(fault.Pointer.TrimStart('/'), fault.Message);
        if (Words.TryParse<Role>(draft.Role, out var role) && role > highestRole)
            row.Refuse("role", "Is more than whoever brought the list may give.");
        return draft;
    }

    private static string RoleOf(string? word) => word switch
    {
        null or "aluno" => "learner",
        "integrador" => "integrator",
        "gestor" => "manager",
        _ => word,
    };

    private static async Task<(HashSet<string> Emails, HashSet<Guid> Uuids)> TakenAsync(
        CampusTransaction transaction, List<UserDraft> drafts, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            """
            select lower(email), null::uuid from users where institution_id = $1 and lower(email) = any($2) and removed_at is null
            union all
            select null, uuid from users where institution_id = $1 and uuid = any($3)
            """,
            drafts.Select(static d => d.Email?.ToLowerInvariant()).OfType<string>().ToArray(),
            drafts.Select(static d => Guid.TryParse(d.Uuid, out var uuid) ? uuid : (Guid?)null).OfType<Guid>().ToArray());
        var taken = await command.RowsAsync(
            static row => (
                Email: row.IsDBNull(0) ? null : row.GetString(0), Uuid: row.IsDBNull(1) ? (Guid?)null : row.GetGuid(1)),
            cancellationToken);
        return (new HashSet<string>(taken.Select(static t => t.Email).OfType<string>(), StringComparer.OrdinalIgnoreCase),
            [.. taken.Select(static t => t.Uuid).OfType<Guid>()]);
    }

    private static Task<int> AddAsync(CampusTransaction transaction, List<UserDraft> users, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            insert into users (institution_id, name, email, cpf, nickname, uuid, role, created_at)
            select $1, u.name, u.email, u.cpf, u.nickname, coalesce(u.uuid, gen_random_uuid()), u.role, $8
            from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[]) with ordinality
                u(name, email, cpf, nickname, uuid, role, place)
            order by u.place
            """,
            [
                users.Select(static u => u.Name).ToArray(), users.Select(static u => u.Email).ToArray(),
                users.Select(static u => u.Cpf).ToArray(),
                users.Select(static u => u.Nickname).ToArray(),
                users.Select(static u => u.Uuid is { } uuid ? Guid.Parse(uuid) : (Guid?)null).ToArray(),
                users.Select(static u => u.Role).ToArray(), transaction.Now,
            ], cancellationToken);
}
