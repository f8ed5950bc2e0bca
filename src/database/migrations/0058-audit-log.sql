-- Who did what with administrators, organisations, settings, tokens, agreements and files of personal data. Nobody
-- changes or removes an entry: the program's role has no right to, and a trigger refuses it to others. Each entry's
-- hash is over its content and the hash before it, and the head says which one is the last: what was changed or is
-- missing is found.

create table audit_entry (
  number bigint primary key,
  at timestamptz not null,
  act text not null,
  by_whom text not null check (by_whom in ('administrator', 'operator', 'portal')),
  -- Without foreign keys: an entry stands by itself, whatever becomes of those whom it names.
  administrator_id integer check ((administrator_id is null) = (by_whom <> 'administrator')),
  token_id integer,
  organisation_id integer,
  about_kind text not null,
  about_id bigint,
  details jsonb not null,
  network text,
  hash bytea not null
);
create index audit_entry_organisation on audit_entry (organisation_id, number);
create index audit_entry_administrator on audit_entry (administrator_id, number);

create table audit_head (
  one boolean primary key default true check (one),
  number bigint not null,
  hash bytea not null
);
insert into audit_head (number, hash) values (0, '');

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'The audit log can only be added to.' using errcode = 'insufficient_privilege';
end $$;

create trigger audit_entry_stays before update or delete on audit_entry
  for each row execute function refuse_audit_change();
create trigger audit_log_stays before truncate on audit_entry
  for each statement execute function refuse_audit_change();

revoke update, delete on audit_entry from muster_portal;
revoke insert, delete on audit_head from muster_portal;

alter table audit_entry enable row level security;
alter table audit_entry force row level security;
create policy read on audit_entry for select
  using ((select scope_is_all()) or organisation_id = any ((select scope_organisations())::integer[]));
create policy add on audit_entry for insert with check (true);
