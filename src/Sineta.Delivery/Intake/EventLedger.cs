using Npgsql;
using NpgsqlTypes;

namespace Sineta.Delivery.Intake;

/// <summary>
/// Writes events and their deliveries: any number of them in one statement, which stores nothing at all where the configuration has moved
/// on, or where this node's lease is gone.
/// </summary>
public static class EventLedger
{
    /// <summary>The lease, locked against a takeover until the transaction ends.</summary>
    internal const string Fence = "fence as materialized (select token from leases where token = $1 for key share)";

    /// <summary>Whether the configuration and the lease are still those that were planned with.</summary>
    internal const string Stands =
        "exists (select from configuration where version = $2) and ($1::bigint is null or exists (select from fence))";

    /// <summary>Whether nobody has the key of <c>g</c> yet.</summary>
    internal const string IsFree =
        "not exists (select from event_keys k where k.institution_id = g.institution_id and k.slug = g.slug and k.dedupe_key = g.dedupe_key)";

    /// <summary>An <see cref="AppendResult"/>.</summary>
    internal const string Result = "select (select version from configuration), exists (select from fence), array(select event_id from keys)";

    // One statement, and so one snapshot: the version is checked, the lease is locked against a takeover, keys that exist already are left
    // out, and what hangs on them with them. Keys go in by their order, so that two writers never wait for each other crosswise.
    private const string AppendSql = $"""
        with {Fence},
        given as (
            select * from unnest(
                $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::text[], $10::text[], $11::bytea[],
                $12::uuid[], $13::uuid[])
                as g (institution_id, id, slug, dedupe_key, learner, occurred_at, correlation, source, body, first_delivery, last_delivery)
            where {Stands}),
        keys as (
            insert into event_keys (institution_id, slug, dedupe_key, event_id)
            select g.institution_id, g.slug, g.dedupe_key, g.id from given g
            where {IsFree}
            order by g.institution_id, g.dedupe_key, g.slug
            returning event_id),
        stored as (
            insert into events (
                institution_id, id, slug, dedupe_key, learner, occurred_at, correlation, source, body, first_delivery, last_delivery)
            select g.institution_id, g.id, g.slug, g.dedupe_key, g.learner, g.occurred_at, g.correlation, g.source, g.body,
                g.first_delivery, g.last_delivery
            from given g join keys on keys.event_id = g.id),
        opened as (
            insert into open_deliveries (institution_id, id, event_id, endpoint_id, learner, cause, next_at, lease)
            select d.institution_id, d.id, d.event_id, d.endpoint_id, d.learner, d.cause, now(), d.lease
            from unnest($14::bigint[], $15::uuid[], $16::uuid[], $17::uuid[], $18::text[], $19::text[], $20::bigint[])
                as d (institution_id, id, event_id, endpoint_id, learner, cause, lease)
            join keys on keys.event_id = d.event_id),
        kept as (
            insert into fresh_deliveries (id, lease, next_at, institution_ids, ids, event_ids, endpoint_ids)
            select $21, $1, now(), array_agg(f.institution_id), array_agg(f.id), array_agg(f.event_id), array_agg(f.endpoint_id)
            from unnest($22::bigint[], $23::uuid[], $24::uuid[], $25::uuid[]) as f (institution_id, id, event_id, endpoint_id)
            join keys on keys.event_id = f.event_id
            having count(*) > 0)
        {Result}
        """;

    // A lone event, all of whose deliveries are fresh, is by far the most frequent where there is little to do, and somebody waits for it.
    private const string AppendOneSql = $"""
        with {Fence},
        keys as (
            insert into event_keys (institution_id, slug, dedupe_key, event_id)
            select g.institution_id, g.slug, g.dedupe_key, $4
            from (select $3::bigint as institution_id, $5::text as slug, $6::text as dedupe_key) g
            where {Stands} and {IsFree}
            returning event_id),
        stored as (
            insert into events (
                institution_id, id, slug, dedupe_key, learner, occurred_at, correlation, source, body, first_delivery, last_delivery)
            select $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 from keys),
        kept as (
            insert into fresh_deliveries (id, lease, next_at, institution_ids, ids, event_ids, endpoint_ids)
            select $14, $1, now(), $15, $16, $17, $18 from keys where $12 is not null)
        {Result}
        """;

    /// <summary>Appends to the caller's transaction, or in one of its own where there is none.</summary>
    public static async Task<AppendResult> AppendAsync(
        NpgsqlConnection connection, IReadOnlyList<PlannedEvent> events, long version, long? lease, CancellationToken cancellationToken)
    {
        var isLone = events is [var lone] && lone.Deliveries.All(static d => d.Delivery.Commit is not null);
        await using var command = new NpgsqlCommand(isLone ? AppendOneSql : AppendSql, connection);
        var parameters = command.Parameters;
        AddGuards(parameters, version, lease);
        if (isLone)
        {
            AddEvent(parameters, events[0]);
        }
        else
        {
            AddEvents(parameters, events);
            AddDeliveries(parameters, events);
        }

        AddFresh(parameters, events);
        return await ReadResultAsync(command, lease, cancellationToken);
    }

    internal static void AddGuards(NpgsqlParameterCollection parameters, long version, long? lease)
    {
        AddNullable(parameters, NpgsqlDbType.Bigint, lease);
        Add(parameters, version);
    }

    private static void AddEvent(NpgsqlParameterCollection parameters, PlannedEvent planned)
    {
        var happened = planned.Event;
        Add(parameters, happened.InstitutionId);
        Add(parameters, happened.Id);
        Add(parameters, happened.Slug);
        Add(parameters, happened.DedupeKey);
        AddNullable(parameters, NpgsqlDbType.Text, happened.Learner);
        Add(parameters, happened.OccurredAt.UtcDateTime);
        Add(parameters, happened.Correlation);
        AddNullable(parameters, NpgsqlDbType.Text, happened.Source);
        Add(parameters, happened.Body);
        AddNullable(parameters, NpgsqlDbType.Uuid, planned.FirstDelivery);
        AddNullable(parameters, NpgsqlDbType.Uuid, planned.LastDelivery);
    }

    internal static async Task<AppendResult> ReadResultAsync(NpgsqlCommand command, long? lease, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new AppendResult(reader.GetInt64(0), lease is null || reader.GetBoolean(1), reader.GetFieldValue<Guid[]>(2).ToHashSet());
    }

    /// <summary>The events that hold the keys of <paramref name="events"/> already, by key.</summary>
    public static async Task<Dictionary<(long Institution, string Slug, string Key), KeyHolder>> HoldersAsync(
        NpgsqlConnection connection, IReadOnlyList<Event> events, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select k.institution_id, k.slug, k.dedupe_key, k.event_id, sha256(substring(e.body from position($4 in e.body)))
            from unnest($1::bigint[], $2::text[], $3::text[]) as g (institution_id, slug, dedupe_key)
            join event_keys k using (institution_id, slug, dedupe_key)
            left join events e on e.institution_id = k.institution_id and e.id = k.event_id
            """, connection);
        Add(command.Parameters, Column(events, static e => e.InstitutionId));
        Add(command.Parameters, Column(events, static e => e.Slug));
        Add(command.Parameters, Column(events, static e => e.DedupeKey));
        Add(command.Parameters, Event.DataKey.ToArray());
        var holders = new Dictionary<(long, string, string), KeyHolder>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            holders[(reader.GetInt64(0), reader.GetString(1), reader.GetString(2))] =
                new KeyHolder(reader.GetGuid(3), reader.IsDBNull(4) ? null : reader.GetFieldValue<byte[]>(4));
        }

        return holders;
    }

    /// <summary>Whether an event's key was free, and is taken from now on. Waits for who is just taking it.</summary>
    internal static async Task<bool> TryTakeKeyAsync(NpgsqlConnection connection, Event happened, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "insert into event_keys (institution_id, slug, dedupe_key, event_id) values ($1, $2, $3, $4) on conflict do nothing", connection);
        command.Parameters.AddWithValue(happened.InstitutionId);
        command.Parameters.AddWithValue(happened.Slug);
        command.Parameters.AddWithValue(happened.DedupeKey);
        command.Parameters.AddWithValue(happened.Id);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Takes the deliveries of these events off these leases, so that whoever has room claims them.</summary>
    public static async Task FreeDeliveriesAsync(NpgsqlConnection connection, Guid[] eventIds, long[] leases, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("update open_deliveries set lease = null where event_id = any($1) and lease = any($2)", connection);
        Add(command.Parameters, eventIds);
        Add(command.Parameters, leases);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await FreshDeliveries.FreeAsync(connection, leases, eventIds, cancellationToken);
    }

    private static void AddEvents(NpgsqlParameterCollection parameters, IReadOnlyList<PlannedEvent> events)
    {
        Add(parameters, Column(events, static e => e.Event.InstitutionId));
        Add(parameters, Column(events, static e => e.Event.Id));
        Add(parameters, Column(events, static e => e.Event.Slug));
        Add(parameters, Column(events, static e => e.Event.DedupeKey));
        Add(parameters, Column(events, static e => e.Event.Learner));
        Add(parameters, Column(events, static e => e.Event.OccurredAt.UtcDateTime));
        Add(parameters, Column(events, static e => e.Event.Correlation));
        Add(parameters, Column(events, static e => e.Event.Source));
        Add(parameters, Column(events, static e => e.Event.Body));
        Add(parameters, Column(events, static e => e.FirstDelivery));
        Add(parameters, Column(events, static e => e.LastDelivery));
    }

    private static void AddDeliveries(NpgsqlParameterCollection parameters, IReadOnlyList<PlannedEvent> events)
    {
        var all = events.SelectMany(static e => e.Deliveries).Where(static d => d.Delivery.Commit is null).ToArray();
        Add(parameters, Column(all, static d => d.Delivery.Event.InstitutionId));
        Add(parameters, Column(all, static d => d.Delivery.Id));
        Add(parameters, Column(all, static d => d.Delivery.Event.Id));
        Add(parameters, Column(all, static d => d.Delivery.EndpointId));
        Add(parameters, Column(all, static d => d.OrderedBy));
        Add(parameters, Column(all, static d => d.Delivery.Cause));
        Add(parameters, Column(all, static d => d.Delivery.Lease));
    }

    /// <summary>The deliveries that share their commit's row: its id, and their columns.</summary>
    internal static void AddFresh(NpgsqlParameterCollection parameters, IReadOnlyList<PlannedEvent> events)
    {
        var fresh = events.SelectMany(static e => e.Deliveries).Select(static d => d.Delivery).Where(static d => d.Commit is not null).ToArray();
        Add(parameters, fresh.FirstOrDefault()?.Commit!.Id ?? Guid.Empty);
        Add(parameters, Column(fresh, static d => d.Event.InstitutionId));
        Add(parameters, Column(fresh, static d => d.Id));
        Add(parameters, Column(fresh, static d => d.Event.Id));
        Add(parameters, Column(fresh, static d => d.EndpointId));
    }

    internal static TValue[] Column<TRow, TValue>(IReadOnlyList<TRow> rows, Func<TRow, TValue> value)
    {
        var column = new TValue[rows.Count];
        for (var i = 0; i < column.Length; i++)
            column[i] = value(rows[i]);
        return column;
    }

    internal static void Add<T>(NpgsqlParameterCollection parameters, T value) => parameters.Add(new NpgsqlParameter<T> { TypedValue = value });

    private static void AddNullable<T>(NpgsqlParameterCollection parameters, NpgsqlDbType type, T? value) =>
        parameters.Add(new NpgsqlParameter { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = type });
}

/// <summary>The event that has a key.</summary>
/// <param name="Data">SHA-256 of its data; null where its body is not kept any more.</param>
public readonly record struct KeyHolder(Guid EventId, byte[]? Data)
{
    /// <summary>Whether what happened is told otherwise there.</summary>
    public bool DiffersFrom(Event happened) => Data is not null && !Data.AsSpan().SequenceEqual(happened.HashData());
}

/// <summary>An event with the deliveries that it will have.</summary>
public sealed record PlannedEvent(Event Event, IReadOnlyList<PlannedDelivery> Deliveries)
{
    /// <summary>The deliveries are made in a row: between this one's id and <see cref="LastDelivery"/> they are found again.</summary>
    public Guid? FirstDelivery => Deliveries.Count > 0 ? Deliveries[0].Delivery.Id : null;

    public Guid? LastDelivery => Deliveries.Count > 0 ? Deliveries[^1].Delivery.Id : null;
}

/// <param name="OrderedBy">The learner whose earlier deliveries it waits for; null where the endpoint keeps no order.</param>
public readonly record struct PlannedDelivery(OpenDelivery Delivery, string? OrderedBy);

/// <param name="Version">The configuration's version now; where it is not the one asked for, nothing was stored.</param>
/// <param name="LeaseHeld">Whether the lease still stands; where it does not, nothing was stored.</param>
/// <param name="Stored">The ids of the events that are new; the others' keys exist already.</param>
public sealed record AppendResult(long Version, bool LeaseHeld, IReadOnlySet<Guid> Stored);
