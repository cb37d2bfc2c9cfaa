using Npgsql;
using NpgsqlTypes;

namespace Sineta.Delivery.History;

/// <summary>
/// Which events a replay sends. It goes through the log in its order: that of the events, or, where it asks how deliveries ended, that of
/// the endpoint's deliveries. $1 the institution, $2 the replay, whose id everything it sends is older than, $3 where it stands in the log,
/// $4 the endpoint, $5 types, $6 status, $7 from, $8 until, $9 how much of the log is looked through, null: all of it.
/// </summary>
internal static class ReplayQuery
{
    // A sample was made to try one endpoint, and is nothing that happened. Its key names its own id, which no publisher can foresee.
    private const string Wanted = """
        e.dedupe_key <> 'test:' || replace(e.id::text, '-', '')
        and (cardinality($5::text[]) = 0 or e.slug = any($5::text[]))
        and ($7::timestamptz is null or e.occurred_at >= $7) and ($8::timestamptz is null or e.occurred_at < $8)
        """;

    private const string Events = $"""
        scanned as materialized (
            select id as place, slug, dedupe_key, learner, occurred_at, id from events
            where institution_id = $1 and id > $3 and id < $2
            order by id limit $9),
        wanted as (
            select e.place, e.id, e.learner from scanned e where {Wanted})
        """;

    // Of an event that was sent more than once the last delivery counts. The later ones are no event's first, and so in an index by event.
    private const string Deliveries = $"""
        scanned as materialized (
            select delivery_id as place, event_id, conclusion from attempts
            where institution_id = $1 and endpoint_id = $4 and delivery_id > $3 and delivery_id < $2 and conclusion is not null
            order by delivery_id limit $9),
        wanted as (
            select s.place, e.id, e.learner from scanned s join events e on e.institution_id = $1 and e.id = s.event_id
            where s.conclusion = $6 and {Wanted} and not exists (
                select from attempts l
                where l.institution_id = $1 and l.event_id = s.event_id and l.cause <> 'event' and l.endpoint_id = $4
                  and l.conclusion is not null and l.delivery_id > s.place))
        """;

    /// <summary>The two first tables of a statement, <c>scanned</c> and <c>wanted</c>.</summary>
    public static string For(ReplayFilter filter) => filter.Status is null ? Events : Deliveries;

    public static void AddParameters(
        NpgsqlParameterCollection parameters, long institutionId, Guid replayId, Guid? place, ReplayFilter filter, int? window)
    {
        parameters.AddWithValue(institutionId);
        parameters.AddWithValue(replayId);
        parameters.AddWithValue(place ?? Guid.Empty);
        parameters.AddWithValue(filter.EndpointId);
        parameters.AddWithValue(filter.Slugs.ToArray());
        Add(parameters, NpgsqlDbType.Text, filter.Status);
        Add(parameters, NpgsqlDbType.TimestampTz, filter.From?.UtcDateTime);
        Add(parameters, NpgsqlDbType.TimestampTz, filter.Until?.UtcDateTime);
        Add(parameters, NpgsqlDbType.Bigint, window is { } rows ? (long)rows : null);
    }

    public static void Add(NpgsqlParameterCollection parameters, NpgsqlDbType type, object? value) =>
        parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });
}
