-- A certificate may be revoked, and another one of its type issued in its place.
alter table certificates
    add column revoked_at timestamptz,
    add column revocation_reason text;

drop index certificates_once;
create unique index certificates_once on certificates (institution_id, enrollment_id, type) where revoked_at is null;
create index certificates_of_enrollment on certificates (institution_id, enrollment_id, id);
