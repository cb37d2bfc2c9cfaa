-- What the campus tells has keys of its own: a publisher's enrolment of the same number is another fact. Where both had the key, the learner
-- says whose it is.
update event_keys k set dedupe_key = 'campus/' || k.dedupe_key
from enrollments e
where e.institution_id = k.institution_id
  and k.dedupe_key ~ '^enrollment:[0-9]{1,18}(/|$)' and e.id = substring(k.dedupe_key from '^enrollment:([0-9]{1,18})')::bigint
  and not exists (
      select from events v where v.institution_id = k.institution_id and v.id = k.event_id and v.learner is distinct from e.user_id::text);

update event_keys k set dedupe_key = 'campus/' || k.dedupe_key
from trail_participations p
where p.institution_id = k.institution_id and p.finished_at is not null
  and k.slug = 'activities.trail.completed' and k.dedupe_key = 'user:' || p.user_id || '/trail:' || p.trail_id
  and not exists (
      select from events v where v.institution_id = k.institution_id and v.id = k.event_id and v.learner is distinct from p.user_id::text);
