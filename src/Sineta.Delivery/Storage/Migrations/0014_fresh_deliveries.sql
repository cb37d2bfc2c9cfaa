-- What a node took into its memory as it committed the events: one row a commit, in place of a row for each delivery. It goes once each of
-- its deliveries has an attempt on record or a row in open_deliveries; if the node dies first, whoever takes its lease over opens the rest.
create table fresh_deliveries (
    id              uuid primary key,
    lease           bigint not null,
    next_at         timestamptz not null,
    institution_ids bigint[] not null,              -- of equal length, as the three that follow: an element for each delivery
    ids             uuid[] not null,
    event_ids       uuid[] not null,
    endpoint_ids    uuid[] not null
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
create index fresh_deliveries_lease on fresh_deliveries (lease);

-- Random bytes do not compress.
alter table fresh_deliveries alter column institution_ids set storage external;
alter table fresh_deliveries alter column ids set storage external;
alter table fresh_deliveries alter column event_ids set storage external;
alter table fresh_deliveries alter column endpoint_ids set storage external;

-- Every delivery without an end yet, for those who only look.
create view unconcluded_deliveries as
select institution_id, id, event_id, endpoint_id, learner, cause, replay_id, attempts, next_at, lease from open_deliveries
union all
select d.institution_id, d.id, d.event_id, d.endpoint_id, null, 'event', null, 0::smallint, f.next_at, f.lease
from fresh_deliveries f
cross join lateral unnest(f.institution_ids, f.ids, f.event_ids, f.endpoint_ids) as d (institution_id, id, event_id, endpoint_id)
where not exists (select from attempts a where a.institution_id = d.institution_id and a.delivery_id = d.id)
  and not exists (select from open_deliveries o where o.institution_id = d.institution_id and o.id = d.id);
