-- A file can be checked again: with other accounts than at the first time, or with headings that a person has explained.
-- So its bytes stay until its plan is confirmed, or comes to nothing; they go with the move that says so.
create function forget_bytes() returns trigger language plpgsql as $$
begin
  delete from upload_bytes where upload_id = new.id;
  return null;
end $$;
create trigger forget_bytes after update of status on change_set for each row
  when (new.kind = 'upload' and new.status not in ('checking', 'checked', 'rejected'))
  execute function forget_bytes();

-- What a person has said of a file's headings: the field that each means by its folded word, or null for none.
alter table upload add column mapping jsonb;

-- The same as it is remembered for the organisation's next files with these headings: `headings` is the SHA-256 of their
-- folded words, whatever their order.
create table heading_mapping (
  organisation_id integer not null references organisation,
  headings bytea not null,
  mapping jsonb not null,
  noted_by integer not null references administrator,
  noted_at timestamptz not null,
  primary key (organisation_id, headings)
);
alter table heading_mapping enable row level security;
alter table heading_mapping force row level security;
create policy scope on heading_mapping using ((select scope_is_all())
  or organisation_id = any ((select scope_organisations())::integer[]));
