using Npgsql;
using Sineta.Delivery.Intake;

namespace Sineta.Delivery.Dispatch;

/// <summary>
/// Keeps what waits for an earlier delivery of its learner out of the claims' way: it is put off, and the end of the one before it makes it
/// due at once. Who may go is not decided here, but by each claim.
/// </summary>
internal static class LearnerOrder
{
    // Who ends the one before waits for this lock, and then finds what was put off. One that is just being ended is locked already, and what
    // waits for it stays due.
    private const string LockSql = """
        select o.institution_id, o.id, o.endpoint_id
        from unnest($1::bigint[], $2::uuid[], $3::uuid[]) as w (institution_id, id, before)
        cross join lateral (
            select d.institution_id, d.id, d.endpoint_id from open_deliveries d
            where d.institution_id = w.institution_id and d.id = w.id and d.lease is null and d.next_at <= now()
            for update skip locked) o
        cross join lateral (
            select from open_deliveries d where d.institution_id = w.institution_id and d.id = w.before for key share skip locked) b
        """;

    // Not for ever: retention, and whoever deletes by hand, makes nothing due.
    private const string PutOffSql = """
        update open_deliveries o set next_at = now() + interval '1 hour'
        from unnest($1::bigint[], $2::uuid[]) as w (institution_id, id)
        where o.institution_id = w.institution_id and o.id = w.id
        """;

    private const string MakeDueSql = """
        update open_deliveries o set next_at = now()
        from unnest($1::bigint[], $2::uuid[], $3::text[], $4::uuid[]) as g (institution_id, endpoint_id, learner, id)
        cross join lateral (
            select n.id, n.lease, n.next_at from open_deliveries n
            where n.institution_id = g.institution_id and n.endpoint_id = g.endpoint_id and n.learner = g.learner and n.id > g.id
            order by n.id limit 1) n
        where o.institution_id = g.institution_id and o.id = n.id and n.lease is null and n.next_at > now()
        """;

    /// <summary>Puts off deliveries, each of which waits for the one before it. Returns the endpoints of those that it could put off.</summary>
    public static async Task<HashSet<Guid>> PutOffAsync(
        NpgsqlConnection connection, IReadOnlyList<(long InstitutionId, Guid Id, Guid Before)> blocked, CancellationToken cancellationToken)
    {
        var (institutions, ids, endpoints) = (new List<long>(blocked.Count), new List<Guid>(blocked.Count), new HashSet<Guid>());
        await using (var locking = new NpgsqlCommand(LockSql, connection))
        {
            EventLedger.Add(locking.Parameters, EventLedger.Column(blocked, static b => b.InstitutionId));
            EventLedger.Add(locking.Parameters, EventLedger.Column(blocked, static b => b.Id));
            EventLedger.Add(locking.Parameters, EventLedger.Column(blocked, static b => b.Before));
            await using var reader = await locking.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                institutions.Add(reader.GetInt64(0));
                ids.Add(reader.GetGuid(1));
                endpoints.Add(reader.GetGuid(2));
            }
        }

        await using var command = new NpgsqlCommand(PutOffSql, connection);
        EventLedger.Add(command.Parameters, institutions.ToArray());
        EventLedger.Add(command.Parameters, ids.ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
        return endpoints;
    }

    /// <summary>
    /// Makes due what comes next after each of these, which have ended. In a statement after the one that ended them, whose snapshot is older
    /// than what it may have waited for.
    /// </summary>
    public static async Task MakeNextDueAsync(
        NpgsqlConnection connection, IReadOnlyList<(long InstitutionId, Guid EndpointId, string? Learner, Guid Id)> ended,
        CancellationToken cancellationToken)
    {
        if (ended.Count == 0)
            return;
        await using var command = new NpgsqlCommand(MakeDueSql, connection);
        EventLedger.Add(command.Parameters, EventLedger.Column(ended, static e => e.InstitutionId));
        EventLedger.Add(command.Parameters, EventLedger.Column(ended, static e => e.EndpointId));
        EventLedger.Add(command.Parameters, EventLedger.Column(ended, static e => e.Learner));
        EventLedger.Add(command.Parameters, EventLedger.Column(ended, static e => e.Id));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
