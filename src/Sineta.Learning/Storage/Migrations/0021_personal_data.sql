-- Of whoever was removed the name is kept; the address and the CPF are empty.
update users set email = '', cpf = '', nickname = null where removed_at is not null;

-- Whether the cells of its refused rows are still kept; they go some time after its end.
alter table imports add rows_kept bool not null default true;
create index imports_rows_kept on imports (finished_at) where rows_kept and refused > 0;

-- What an import that has ended did not come to is never worked through.
delete from import_rows r using imports i
where i.institution_id = r.institution_id and i.id = r.import_id and i.finished_at is not null;
