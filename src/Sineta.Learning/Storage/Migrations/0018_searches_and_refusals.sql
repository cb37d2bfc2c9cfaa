-- What is searched for is found whatever its case and its accents.
create function folded(text) returns text language sql immutable strict parallel safe
return lower(regexp_replace(normalize($1, NFD), '[\u0300-\u036f]+', '', 'g'));

-- What a text is to be like to have every word that is searched for, in any order.
create function search_patterns(text) returns text[] language sql immutable strict parallel safe
return (
    select array_agg('%' || word || '%')
    from regexp_split_to_table(regexp_replace(folded($1), '([\\%_])', '\\\1', 'g'), '\s+') word where word <> '');

alter table users drop column search;
alter table users add search text not null generated always as (folded(name) || chr(10) || folded(email)) stored;
-- Whose CPF it is, and who cannot sign in yet. The first is not of the institution: where nothing is known of the table yet, it would be taken
-- for what is looked for by address, and be gone through from end to end.
create index users_cpf on users (cpf) where removed_at is null;
create index users_without_password on users (institution_id, lower(name), id) where removed_at is null and password_hash is null;

alter table courses add search text not null generated always as (folded(name) || chr(10) || folded(description)) stored;
alter table contents add search text not null generated always as (folded(title)) stored;

-- The cells of a refused row, as they came; null where it was refused before they were kept.
alter table import_refusals add cells jsonb;
