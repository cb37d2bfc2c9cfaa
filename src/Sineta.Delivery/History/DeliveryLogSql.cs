namespace Sineta.Delivery.History;

/// <summary>
/// The statements of <see cref="DeliveryLog"/>. Those that search have the same parameters: 1 the institution, 2 the first id, 3 the id to
/// stop before, 4 endpoint, 5 slug, 6 learner, 7 status (null: any), 8 how many rows; and the same columns.
/// </summary>
internal static class DeliveryLogSql
{
    private const string OpenColumns = """
        o.id, o.event_id, o.endpoint_id, e.slug, e.learner, o.cause, o.replay_id,
        case p.status when 'active' then 'pending' else 'held' end as status, o.attempts, o.next_at,
        null::timestamptz as started_at, null as outcome, null as problem, null::smallint as answer, null::int as total_us
        """;

    private const string ConcludedColumns = """
        a.delivery_id as id, a.event_id, a.endpoint_id, a.slug, a.learner, a.cause, a.replay_id, a.conclusion as status,
        a.number as attempts, null::timestamptz as next_at, a.started_at, a.outcome, a.problem, a.status as answer, a.total_us
        """;

    // The limit has the event looked up last, for what is still in question then.
    private const string OpenPart = $"""
        (select {OpenColumns}
         from unconcluded_deliveries o
         join endpoints p on p.institution_id = o.institution_id and p.id = o.endpoint_id
         cross join lateral (
             select e.slug, e.learner from events e where e.institution_id = o.institution_id and e.id = o.event_id limit 1) e
         where o.institution_id = $1 and o.id >= $2 and o.id < $3
           and ($4::uuid is null or o.endpoint_id = $4) and ($5::text is null or e.slug = $5) and ($6::text is null or e.learner = $6)
           and ($7::text is null or $7 = case p.status when 'active' then 'pending' else 'held' end)
         order by o.id desc limit $8)
        """;

    private const string OpenEdge = """
        (select o.id from unconcluded_deliveries o
         where o.institution_id = $1 and o.id >= $2 and o.id < $3
         order by o.id desc offset $8 limit 1)
        """;

    // Each leads its page along an index in the order asked for; what else is asked for is filtered on the way.
    private const string AnyConclusion = "a.conclusion is not null";
    private const string OfEndpoint = "a.conclusion is not null and a.endpoint_id = $4";
    private const string Failure = "a.conclusion = 'failed'";

    public static readonly Search Every = new([OpenPart, ConcludedPart(AnyConclusion)], [OpenEdge, ConcludedEdge("true")]);
    public static readonly Search EveryOfEndpoint = new([OpenPart, ConcludedPart(OfEndpoint)], [OpenEdge, ConcludedEdge(OfEndpoint)]);
    public static readonly Search Open = new([OpenPart], [OpenEdge]);
    public static readonly Search Concluded = new([ConcludedPart(AnyConclusion)], [ConcludedEdge("true")]);
    public static readonly Search ConcludedOfEndpoint = new([ConcludedPart(OfEndpoint)], [ConcludedEdge(OfEndpoint)]);
    public static readonly Search Failed = new([ConcludedPart(Failure)], [ConcludedEdge(Failure)]);

    public const string One = $"""
        select {OpenColumns}
        from unconcluded_deliveries o
        join events e on e.institution_id = o.institution_id and e.id = o.event_id
        join endpoints p on p.institution_id = o.institution_id and p.id = o.endpoint_id
        where o.institution_id = $1 and o.id = $2
        union all
        select {ConcludedColumns} from attempts a where a.institution_id = $1 and a.delivery_id = $2 and a.conclusion is not null
        """;

    public const string FannedOut = """
        select id, slug, learner, first_delivery, last_delivery from events
        where institution_id = $1 and id = $2 and ($3::text is null or learner = $3)
        """;

    // By the learner's hash, as EventLog does.
    public const string FannedOutOfLearner = """
        select id, slug, learner, first_delivery, last_delivery from events
        where institution_id = $1 and hashtextextended(learner, 0) = (select hashtextextended($2, 0)) and learner = $2
        order by id desc limit $3
        """;

    /// <summary>
    /// Parameters 9 to 13 are the events' ids, slugs, learners and the ids between which they were fanned out. The limits keep the planner
    /// from any join but one probe for each event.
    /// </summary>
    public const string PageOfEvents = $"""
        with e as materialized (
            select * from unnest($9::uuid[], $10::text[], $11::text[], $12::uuid[], $13::uuid[])
                as e (id, slug, learner, first_delivery, last_delivery))
        select * from (
            select {OpenColumns}
            from e
            cross join lateral (
                select * from (
                    select * from unconcluded_deliveries o
                    where o.institution_id = $1 and o.id between e.first_delivery and e.last_delivery and o.event_id = e.id
                      and o.cause = 'event'
                    limit 10000) fanned_out
                union all
                select * from (
                    select * from unconcluded_deliveries o
                    where o.institution_id = $1 and o.event_id = e.id and o.cause <> 'event'
                    limit 10000) again) o
            join endpoints p on p.institution_id = o.institution_id and p.id = o.endpoint_id
            union all
            select {ConcludedColumns}
            from e
            cross join lateral (
                select * from attempts a
                where a.institution_id = $1 and a.delivery_id between e.first_delivery and e.last_delivery and a.event_id = e.id
                  and a.cause = 'event' and a.conclusion is not null
                limit 10000) a
            union all
            select {ConcludedColumns}
            from attempts a
            where a.institution_id = $1 and a.event_id = any($9) and a.cause <> 'event' and a.conclusion is not null) d
        where id >= $2 and id < $3 and ($4::uuid is null or endpoint_id = $4) and ($5::text is null or slug = $5)
          and ($6::text is null or learner = $6) and ($7::text is null or status = $7)
        order by id desc limit $8
        """;

    public const string LastAttempts = """
        select distinct on (a.delivery_id) a.delivery_id, a.number, a.started_at, a.outcome, a.problem, a.status, a.total_us
        from attempts a
        where a.institution_id = $1 and a.delivery_id = any($2) and a.number > 0
        order by a.delivery_id, a.number desc, a.lease desc
        """;

    private static string ConcludedPart(string path) => $"""
        (select {ConcludedColumns}
         from attempts a
         where a.institution_id = $1 and a.delivery_id >= $2 and a.delivery_id < $3 and {path}
           and ($4::uuid is null or a.endpoint_id = $4) and ($5::text is null or a.slug = $5) and ($6::text is null or a.learner = $6)
           and ($7::text is null or a.conclusion = $7)
         order by a.delivery_id desc limit $8)
        """;

    private static string ConcludedEdge(string path) => $"""
        (select a.delivery_id from attempts a
         where a.institution_id = $1 and a.delivery_id >= $2 and a.delivery_id < $3 and {path}
         order by a.delivery_id desc offset $8 limit 1)
        """;

    /// <summary>How a part of the log is searched: a page, and the edge of a window, which bounds what it holds of each table.</summary>
    public sealed class Search(string[] parts, string[] edges)
    {
        public string Page { get; } = $"select * from ({string.Join(" union all ", parts)}) d order by id desc limit $8";

        public string Edge { get; } = $"select greatest({string.Join(", ", edges)})";
    }
}
