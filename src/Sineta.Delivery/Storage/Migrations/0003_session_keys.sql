-- What the pages seal sessions and forms with; encrypted with the server's key, which is not in the database.
create table session_keys (
    name       text primary key,
    ciphertext bytea not null,
    created_at timestamptz not null default now()
);
