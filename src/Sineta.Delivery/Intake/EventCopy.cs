using Npgsql;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Intake;

/// <summary>
/// Appends many events as <see cref="EventLedger.AppendAsync"/> does, in a transaction of its own and by copy: a few more round trips,
/// and less work for PostgreSQL.
/// </summary>
internal static class EventCopy
{
    private static readonly string AllKeysSql = KeysSql(condition: ""), FreeKeysSql = KeysSql($"and {EventLedger.IsFree}");

    private const string EventsSql = """
        copy events (institution_id, id, slug, dedupe_key, learner, occurred_at, correlation, source, body, first_delivery, last_delivery)
        from stdin (format binary)
        """;

    private const string DeliveriesSql = """
        copy open_deliveries (institution_id, id, event_id, endpoint_id, learner, cause, next_at, lease) from stdin (format binary)
        """;

    private const string FreshSql = """
        insert into fresh_deliveries (id, lease, next_at, institution_ids, ids, event_ids, endpoint_ids)
        values ($3, $1, $2, $4, $5, $6, $7)
        """;

    /// <param name="lookFirst">
    /// Whether keys that exist already are looked for and left out. Otherwise such a key breaks the transaction, and where none does it costs less.
    /// </param>
    public static async Task<AppendResult> AppendAsync(
        NpgsqlConnection connection, IReadOnlyList<PlannedEvent> events, long version, long? lease, bool lookFirst, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var result = await TakeKeysAsync(connection, events, version, lease, lookFirst, cancellationToken);
        if (result.Stored.Count > 0)
        {
            var stored = result.Stored.Count == events.Count ? events : [.. events.Where(e => result.Stored.Contains(e.Event.Id))];
            using var eventRows = EventRows(stored);
            await BinaryRows.CopyAsync(connection, EventsSql, eventRows, cancellationToken);
            using var deliveryRows = DeliveryRows(stored, now);
            if (!deliveryRows.IsEmpty)
                await BinaryRows.CopyAsync(connection, DeliveriesSql, deliveryRows, cancellationToken);
            if (lease is { } held && stored.Any(static e => e.Deliveries.Any(static d => d.Delivery.Commit is not null)))
                await KeepFreshAsync(connection, stored, held, now, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    // The same guards as in one statement: the lease stays locked, and the keys taken, until the transaction ends.
    private static string KeysSql(string condition) => $"""
        with {EventLedger.Fence},
        keys as (
            insert into event_keys (institution_id, slug, dedupe_key, event_id)
            select g.institution_id, g.slug, g.dedupe_key, g.id
            from unnest($3::bigint[], $4::text[], $5::text[], $6::uuid[]) as g (institution_id, slug, dedupe_key, id)
            where {EventLedger.Stands} {condition}
            order by g.institution_id, g.dedupe_key, g.slug
            returning event_id)
        {EventLedger.Result}
        """;

    private static async Task<AppendResult> TakeKeysAsync(
        NpgsqlConnection connection, IReadOnlyList<PlannedEvent> events, long version, long? lease, bool lookFirst,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(lookFirst ? FreeKeysSql : AllKeysSql, connection);
        EventLedger.AddGuards(command.Parameters, version, lease);
        EventLedger.Add(command.Parameters, EventLedger.Column(events, static e => e.Event.InstitutionId));
        EventLedger.Add(command.Parameters, EventLedger.Column(events, static e => e.Event.Slug));
        EventLedger.Add(command.Parameters, EventLedger.Column(events, static e => e.Event.DedupeKey));
        EventLedger.Add(command.Parameters, EventLedger.Column(events, static e => e.Event.Id));
        return await EventLedger.ReadResultAsync(command, lease, cancellationToken);
    }

    private static async Task KeepFreshAsync(
        NpgsqlConnection connection, IReadOnlyList<PlannedEvent> events, long lease, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(FreshSql, connection);
        EventLedger.Add(command.Parameters, lease);
        EventLedger.Add(command.Parameters, now.UtcDateTime);
        EventLedger.AddFresh(command.Parameters, events);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static BinaryRows EventRows(IReadOnlyList<PlannedEvent> events)
    {
        var rows = new BinaryRows(columns: 11);
        foreach (var planned in events)
        {
            var happened = planned.Event;
            rows.BeginRow();
            rows.Add(happened.InstitutionId);
            rows.Add(happened.Id);
            rows.Add(happened.Slug);
            rows.Add(happened.DedupeKey);
            rows.Add(happened.Learner);
            rows.Add(happened.OccurredAt);
            rows.Add(happened.Correlation);
            rows.Add(happened.Source);
            rows.Add(happened.Body);
            rows.Add(planned.FirstDelivery);
            rows.Add(planned.LastDelivery);
        }

        return rows;
    }

    private static BinaryRows DeliveryRows(IReadOnlyList<PlannedEvent> events, DateTimeOffset now)
    {
        var rows = new BinaryRows(columns: 8);
        foreach (var (delivery, orderedBy) in events.SelectMany(static e => e.Deliveries))
        {
            if (delivery.Commit is not null)
                continue;
            rows.BeginRow();
            rows.Add(delivery.Event.InstitutionId);
            rows.Add(delivery.Id);
            rows.Add(delivery.Event.Id);
            rows.Add(delivery.EndpointId);
            rows.Add(orderedBy);
            rows.Add(delivery.Cause);
            rows.Add(now);
            rows.Add(delivery.Lease);
        }

        return rows;
    }
}
