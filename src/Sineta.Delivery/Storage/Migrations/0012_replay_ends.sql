-- What came of a replay, written once none of its deliveries is open any more: it is not counted again, and outlives its attempts.
alter table replays add delivered bigint, add failed bigint;
create index replays_unsettled on replays (institution_id, id) where finished_at is not null and delivered is null;
