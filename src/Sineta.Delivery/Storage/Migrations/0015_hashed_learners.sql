-- A learner's events are found by a hash of it, whose entries are cheaper to write than a text's. Who looks asks for hash and learner both.
drop index events_learner;
create index events_learner on events (institution_id, hashtextextended(learner, 0), id);

-- What a table holds that only grows is worth a new look when there is half as much more.
alter table event_keys set (autovacuum_analyze_scale_factor = 0.5);
