-- What the problems of many rows have in common stands here once for a change set; a change's own `problems` are arrays
-- of a number of this table, the cell's value, and the words that differ: see uploads/problem-kinds.ts. Those of earlier
-- checks are whole objects, and stay.
create table problem_kind (
  change_set_id bigint not null,
  number integer not null,
  organisation_id integer not null,
  kind jsonb not null, -- column, code, severity, and the parts of the message
  primary key (change_set_id, number)
);
alter table problem_kind enable row level security;
alter table problem_kind force row level security;
create policy scope on problem_kind using ((select scope_is_all())
  or organisation_id = any ((select scope_organisations())::integer[]));

-- The kept copy, compressed: it is most of what an ordinary row costs, and text of many rows packs well.
alter table upload_block alter column cells set storage extended;
