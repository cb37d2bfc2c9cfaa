-- The transaction that made a replay: an event that an older one still appends may have been matched against the endpoints of before, and is
-- not to be overlooked.
alter table replays add made_in xid8 not null default pg_current_xact_id();
