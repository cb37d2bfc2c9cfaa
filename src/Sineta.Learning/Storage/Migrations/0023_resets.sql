-- How often the quiz had been submitted when its completion was reset: these do not count for its maximum. Null: it never was.
alter table content_completions add attempts_at_reset int;
update content_completions set attempts_at_reset = attempts where completed_at is null and attempts > 0;
