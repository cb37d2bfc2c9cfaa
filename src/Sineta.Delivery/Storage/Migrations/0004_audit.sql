-- Who changed what in the configuration of webhooks; written with the change.
create table audit_entries (
    institution_id bigint not null references institutions,
    id             bigint generated always as identity,
    happened_at    timestamptz not null default now(),
    who            text not null,                   -- operator, user 7 (Ana), api key sk_AbCd…wXyZ (name), sineta
    what           text not null,                   -- endpoint.created, api_key.revoked, …
    subject        text not null,                   -- the public id of what was changed
    detail         text,                            -- what of it
    primary key (institution_id, id)
);
