-- Since when nothing refers to a file; null where something does, or nobody has looked yet.
alter table files add column unused_since timestamptz;
create index files_unused on files (unused_since) where unused_since is not null;
