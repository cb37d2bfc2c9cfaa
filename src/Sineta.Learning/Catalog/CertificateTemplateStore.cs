using Npgsql;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Events;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Catalog;

/// <summary>
/// Makes, finds, changes and deletes certificate templates. A certificate stays as it was issued, whatever becomes of its template.
/// </summary>
public sealed class CertificateTemplateStore(NpgsqlDataSource database, CampusTransactions campus)
{
    private const string Columns = "id, name, type, approval_rate, title, text, logo_id, created_at";

    public Task<Change<CertificateTemplate>> CreateAsync(
        Institution institution, CertificateTemplateDraft draft, CancellationToken cancellationToken) =>
        campus.RunAsync<Change<CertificateTemplate>>(institution, async transaction =>
        {
            var (canonical, faults) = await CheckAsync(transaction, draft, cancellationToken);
            if (faults.Count > 0)
                return new Change<CertificateTemplate>.Refused(faults);
            await using var command = transaction.Command(
                $"""
                insert into certificate_templates (institution_id, name, type, approval_rate, title, text, logo_id, created_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8) returning {Columns}
                """, [.. ValuesOf(canonical), transaction.Now]);
            return await MadeAsync(transaction, command, cancellationToken);
        }, cancellationToken);

    /// <param name="change">Makes the new settings of the present ones.</param>
    public Task<Change<CertificateTemplate>> UpdateAsync(
        Institution institution, long id, Func<CertificateTemplateDraft, CertificateTemplateDraft> change,
        CancellationToken cancellationToken) =>
        campus.RunAsync<Change<CertificateTemplate>>(institution, async transaction =>
        {
            if (await LockAsync(transaction, id, cancellationToken) is not { } present)
                return Unknown(id);
            var (canonical, faults) = await CheckAsync(transaction, change(CertificateTemplateDraft.Of(present)), cancellationToken);
            if (faults.Count > 0)
                return new Change<CertificateTemplate>.Refused(faults);
            await using var command = transaction.Command(
                $"""
                update certificate_templates set name = $2, type = $3, approval_rate = $4, title = $5, text = $6, logo_id = $7
                where institution_id = $1 and id = $8 returning {Columns}
                """, [.. ValuesOf(canonical), id]);
            return await MadeAsync(transaction, command, cancellationToken);
        }, cancellationToken);

    /// <summary>Deletes a template that no course has.</summary>
    public Task<Change<CertificateTemplate>> DeleteAsync(Institution institution, long id, CancellationToken cancellationToken) =>
        campus.RunAsync<Change<CertificateTemplate>>(institution, async transaction =>
        {
            if (await LockAsync(transaction, id, cancellationToken) is not { } template)
                return Unknown(id);
            const string Delete = "delete from certificate_templates where institution_id = $1 and id = $2";
            if (!await CatalogReferences.TryDeleteAsync(transaction, Delete, id, cancellationToken))
                return new Change<CertificateTemplate>.Impossible("A course has it: give the course another one first.");
            await transaction.CommitAsync(cancellationToken);
            return new Change<CertificateTemplate>.Made(template);
        }, cancellationToken);

    public async Task<CertificateTemplate?> FindAsync(long institutionId, long id, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database, $"select {Columns} from certificate_templates where institution_id = $1 and id = $2", institutionId, id);
        return await command.RowAsync(Read, cancellationToken);
    }

    /// <summary>A page of templates in the order of their making.</summary>
    /// <param name="after">The last id of the page before; 0 for the first page.</param>
    public async Task<IReadOnlyList<CertificateTemplate>> ListAsync(
        long institutionId, long after, int limit, CancellationToken cancellationToken)
    {
        await using var command = Commands.Of(
            database,
            $"select {Columns} from certificate_templates where institution_id = $1 and id > $2 order by id limit $3",
            institutionId, after, limit);
        return await command.RowsAsync(Read, cancellationToken);
    }

    internal static CertificateTemplate Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), Words.Parse<CertificateType>(row.GetString(2)), row.GetDecimal(3), row.GetString(4),
        row.GetString(5), row.IdOrNull(6), row.GetFieldValue<DateTimeOffset>(7));

    private static async Task<CertificateTemplate?> LockAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        await using var command = transaction.Command(
            $"select {Columns} from certificate_templates where institution_id = $1 and id = $2 for update", id);
        return await command.RowAsync(Read, cancellationToken);
    }

    private static async Task<Change<CertificateTemplate>> MadeAsync(
        CampusTransaction transaction, NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var template = await command.RowAsync(Read, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Change<CertificateTemplate>.Made(template!);
    }

    private static object?[] ValuesOf(CertificateTemplateDraft draft) =>
        [draft.Name, draft.Type, draft.ApprovalRate, draft.Title, draft.Text, CatalogReferences.FileIdOf(draft.LogoId)];

    private static async Task<(CertificateTemplateDraft Canonical, List<Fault> Faults)> CheckAsync(
        CampusTransaction transaction, CertificateTemplateDraft draft, CancellationToken cancellationToken)
    {
        var (canonical, faults) = CertificateTemplateRules.Check(draft);
        var logo = await CatalogReferences.FaultOfPictureAsync(transaction, canonical.LogoId, cancellationToken);
        return (canonical, [.. faults, .. CatalogReferences.At("/logo_id", logo)]);
    }

    private static Change<CertificateTemplate>.Unknown Unknown(long id) => new($"There is no certificate template {id}.");
}
