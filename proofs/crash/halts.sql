-- What the proof adds to the migrated database: places to hold the program still, and a record of what was written.
-- Everything runs as the superuser who made it, whoever writes; the program's own role sees nothing of it.

create schema proof;

-- Where who is to be held. Whoever comes there waits for the advisory lock with this ID, as long as the proof has it.
create table proof.halt (
  id integer primary key,
  boundary text not null,
  organisation_id integer not null,
  least_mark integer not null -- only once a change set of the organisation has come so far
);

create function proof.wait_at(place text, organisation integer) returns void language plpgsql security definer
set search_path = public as $$
declare lock integer;
begin
  select id into lock from proof.halt h where h.boundary = place and h.organisation_id = organisation
    and (h.least_mark = 1 or exists (
      select from change_set s where s.organisation_id = organisation and s.mark >= h.least_mark));
  if lock is not null then perform pg_advisory_xact_lock_shared(4711, lock); end if;
end $$;

create function proof.halt() returns trigger language plpgsql security definer set search_path = public as $$
declare written jsonb := to_jsonb(coalesce(new, old)) - 'bytes' - 'attachment';
begin
  perform proof.wait_at(tg_argv[0], coalesce(
    (written->>'organisation_id')::integer,
    (written->'data'->>'organisationId')::integer,
    (select u.organisation_id from upload u where u.id = (written->>'upload_id')::bigint)));
  return null;
end $$;

create function proof.halt_set() returns trigger language plpgsql security definer set search_path = public as $$
begin
  perform proof.wait_at(tg_argv[0], (select organisation_id from written limit 1));
  return null;
end $$;

-- Every committed write of accounts, chunks, marks and plans: by which transaction, of which process, and whether its
-- session had the lock that entitles to it at that moment.
create table proof.write (
  transaction xid8 not null default pg_current_xact_id(),
  process text not null default current_setting('application_name'),
  had_lock boolean not null,
  kind text not null, -- account, chunk, mark, plan
  organisation_id integer not null,
  id bigint not null, -- of the account or the change set
  number integer not null -- the account's version, or the row up to which is written
);
create index on proof.write (organisation_id);

create function proof.has_lock(name text, key bigint) returns boolean language sql security definer return exists (
  select from pg_locks where locktype = 'advisory' and granted and pid = pg_backend_pid() and objsubid = 2
    and classid = ((hashtext(name)::bigint & 4294967295))::oid and objid = key::oid);

create function proof.note_accounts() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into proof.write (had_lock, kind, organisation_id, id, number)
    select (select proof.has_lock('apply-change-set', (select organisation_id from written limit 1))), -- asked once
      'account', organisation_id, id, version from written;
  return null;
end $$;

create function proof.note_plan() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into proof.write (had_lock, kind, organisation_id, id, number)
    select proof.has_lock('check-upload', change_set_id), 'plan', organisation_id, change_set_id, max(row_number)
    from written group by change_set_id, organisation_id;
  return null;
end $$;

create function proof.note_chunk() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into proof.write (had_lock, kind, organisation_id, id, number) values (
    proof.has_lock('apply-change-set', new.organisation_id), 'chunk', new.organisation_id, new.change_set_id, new.to_row);
  return null;
end $$;

create function proof.note_mark() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into proof.write (had_lock, kind, organisation_id, id, number) values (
    proof.has_lock('apply-change-set', new.organisation_id), 'mark', new.organisation_id, new.id, new.mark);
  return null;
end $$;

create trigger proof_write_create after insert on account referencing new table as written
  for each statement execute function proof.note_accounts();
create trigger proof_write_update after update on account referencing new table as written
  for each statement execute function proof.note_accounts();
create trigger proof_write_plan after insert on change referencing new table as written
  for each statement execute function proof.note_plan();
create trigger proof_write_chunk after insert on chunk for each row execute function proof.note_chunk();
create trigger proof_write_mark after update on change_set for each row
  when (new.mark > old.mark) execute function proof.note_mark();
