-- A user's sessions carry the stamp that there was when they began: those with another are over.
alter table users add session_stamp bigint not null default 0;
