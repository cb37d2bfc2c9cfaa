-- Imports that failed have kept their rows, with the people in them, though nobody comes for them any more.
delete from import_rows r using imports i
where i.institution_id = r.institution_id and i.id = r.import_id and i.state = 'failed';
