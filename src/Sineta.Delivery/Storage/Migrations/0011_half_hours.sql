-- The counters of endpoint_minutes once more per half hour, written with them: a week of them is read in a few rows.
create table endpoint_half_hours (
    institution_id bigint not null,
    endpoint_id    uuid not null,
    half_hour      timestamptz not null,
    delivered      bigint not null,
    refused        bigint not null,
    unreachable    bigint not null,
    latency        int[] not null,
    primary key (institution_id, endpoint_id, half_hour)
) with (fillfactor = 70);
create index endpoint_half_hours_age on endpoint_half_hours (half_hour);

insert into endpoint_half_hours (institution_id, endpoint_id, half_hour, delivered, refused, unreachable, latency)
select institution_id, endpoint_id, half_hour, delivered, refused, unreachable, latency
from (
    select institution_id, endpoint_id, date_bin('30 minutes', minute, timestamptz '2000-01-01 00:00:00+00') as half_hour,
           sum(delivered) as delivered, sum(refused) as refused, sum(unreachable) as unreachable
    from endpoint_minutes group by 1, 2, 3) counted
join (
    select institution_id, endpoint_id, half_hour, array_agg(count order by bucket) as latency
    from (
        select m.institution_id, m.endpoint_id, date_bin('30 minutes', m.minute, timestamptz '2000-01-01 00:00:00+00') as half_hour,
               l.bucket, sum(l.count)::int as count
        from endpoint_minutes m cross join lateral unnest(m.latency) with ordinality as l (count, bucket)
        group by 1, 2, 3, 4) of_bucket
    group by 1, 2, 3) timed using (institution_id, endpoint_id, half_hour);
