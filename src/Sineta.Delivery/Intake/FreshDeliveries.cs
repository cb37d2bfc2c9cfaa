using Npgsql;
using NpgsqlTypes;

namespace Sineta.Delivery.Intake;

/// <summary>
/// Opens rows for deliveries that had none of their own, being fresh: under the lease of the node that has them, or in its stead. One that
/// has an attempt on record, or a row already, is past that and stays as it is, so that either may be done again.
/// </summary>
internal static class FreshDeliveries
{
    private const string Opening = """
        insert into open_deliveries (institution_id, id, event_id, endpoint_id, learner, cause, attempts, next_at)
        select f.institution_id, f.id, f.event_id, f.endpoint_id, case p.ordering when 'per_learner' then e.learner end, 'event',
            f.attempts, f.next_at
        from f
        join endpoints p on p.institution_id = f.institution_id and p.id = f.endpoint_id
        join events e on e.institution_id = f.institution_id and e.id = f.event_id
        where not exists (select from attempts a where a.institution_id = f.institution_id and a.delivery_id = f.id)
        on conflict do nothing
        """;

    private const string OpenSql = $"""
        with fence as materialized (
            select token from leases where token = any($1) for key share),
        f as (
            select g.institution_id, g.id, g.event_id, g.endpoint_id, g.attempts, coalesce(g.next_at, now() + $9) as next_at
            from unnest($2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::smallint[], $7::timestamptz[], $8::bigint[])
                as g (institution_id, id, event_id, endpoint_id, attempts, next_at, lease)
            where g.lease in (select token from fence)),
        opened as ({Opening} returning id)
        select array(select id from opened)
        """;

    private static string FreeSql(string which) => $"""
        with gone as (
            delete from fresh_deliveries where {which} returning next_at, institution_ids, ids, event_ids, endpoint_ids),
        f as (
            select d.institution_id, d.id, d.event_id, d.endpoint_id, 0::smallint as attempts, g.next_at
            from gone g cross join lateral unnest(g.institution_ids, g.ids, g.event_ids, g.endpoint_ids)
                as d (institution_id, id, event_id, endpoint_id))
        {Opening}
        """;

    private static readonly string FreeOfLeasesSql = FreeSql("lease = any($1)");
    private static readonly string FreeOfEventsSql = FreeSql("lease = any($1) and event_ids && $2");

    /// <summary>Opens a row for each that is still under its lease.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="deliveries">Each with the attempts that it has had, and its next moment; null: after <paramref name="delay"/>.</param>
    /// <param name="delay">From now, by the database's clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The ids of those that were opened.</returns>
    public static async Task<Guid[]> OpenAsync(
        NpgsqlConnection connection, IReadOnlyList<(OpenDelivery Delivery, int Attempts, DateTime? NextAt)> deliveries, TimeSpan delay,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(OpenSql, connection);
        var leases = EventLedger.Column(deliveries, static d => d.Delivery.Lease ?? 0);
        EventLedger.Add(command.Parameters, leases.Distinct().ToArray());
        EventLedger.Add(command.Parameters, EventLedger.Column(deliveries, static d => d.Delivery.Event.InstitutionId));
        EventLedger.Add(command.Parameters, EventLedger.Column(deliveries, static d => d.Delivery.Id));
        EventLedger.Add(command.Parameters, EventLedger.Column(deliveries, static d => d.Delivery.Event.Id));
        EventLedger.Add(command.Parameters, EventLedger.Column(deliveries, static d => d.Delivery.EndpointId));
        EventLedger.Add(command.Parameters, EventLedger.Column(deliveries, static d => (short)d.Attempts));
        EventLedger.Add(command.Parameters, EventLedger.Column(deliveries, static d => d.NextAt));
        EventLedger.Add(command.Parameters, leases);
        command.Parameters.Add(new NpgsqlParameter { Value = delay, NpgsqlDbType = NpgsqlDbType.Interval });
        return (Guid[])(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Opens what was kept under these leases, for whoever has room; how many deliveries that were.</summary>
    public static async Task<int> FreeAsync(NpgsqlConnection connection, long[] leases, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(FreeOfLeasesSql, connection);
        EventLedger.Add(command.Parameters, leases);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Opens what was kept under these leases with any of these events.</summary>
    public static async Task FreeAsync(NpgsqlConnection connection, long[] leases, Guid[] eventIds, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(FreeOfEventsSql, connection);
        EventLedger.Add(command.Parameters, leases);
        EventLedger.Add(command.Parameters, eventIds);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
