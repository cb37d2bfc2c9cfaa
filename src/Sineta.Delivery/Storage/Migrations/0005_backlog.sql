-- How many deliveries waited for an endpoint, a sample a minute; a minute in which none did has no row.
create table endpoint_backlog (
    institution_id bigint not null,
    endpoint_id    uuid not null,
    minute         timestamptz not null,
    waiting        bigint not null,
    primary key (institution_id, endpoint_id, minute)
);
create index endpoint_backlog_age on endpoint_backlog (minute);
