-- Of which contents a file is the medium, asked whenever a learner plays it.
create index contents_file on contents (institution_id, file_id) where file_id is not null;
