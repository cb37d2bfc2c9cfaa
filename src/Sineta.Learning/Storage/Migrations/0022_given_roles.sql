-- The highest role that an import may give: whoever brought it gives no more than is theirs.
alter table imports add highest_role text not null default 'manager' check (highest_role in ('learner', 'integrator', 'manager'));
