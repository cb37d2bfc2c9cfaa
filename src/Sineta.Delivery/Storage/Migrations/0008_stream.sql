-- Whose attempts somebody listens to, on any node. Until then every node notes them, in the order in which they come on record.
create table stream_listeners (
    institution_id bigint not null references institutions,
    since          xid8 not null,                   -- noted without a gap, and kept, after this transaction
    until          timestamptz not null,
    primary key (institution_id)
);

-- Attempts of an institution that somebody listens to; kept for minutes. Transactions end in another order than they begin in: what was
-- noted by one that is older than all that run is settled, and its order is final.
create table stream_attempts (
    institution_id bigint not null,
    transaction    xid8 not null default pg_current_xact_id(),
    item           int not null,
    noted_at       timestamptz not null default now(),
    delivery_id    uuid not null,
    number         smallint not null,
    lease          bigint not null,
    primary key (institution_id, transaction, item)
);
create index stream_attempts_age on stream_attempts (noted_at);
