-- What users are searched by. To lower a hundred thousand names again for each search takes longer than to look through them.
alter table users add search text not null generated always as (lower(name) || chr(10) || lower(email)) stored;

-- Enrolments by state, the newest first: those of a rare state are not looked for among all others.
create index enrollments_ended on enrollments (institution_id, ended, id) where ended is not null;
create index enrollments_suspended on enrollments (institution_id, id) where suspended and ended is null;
create index enrollments_start on enrollments (institution_id, starts_on) where starts_on is not null and ended is null;
