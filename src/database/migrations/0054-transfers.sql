-- Accounts that go from one organisation to another, or to another site or unit of the same.

-- The second organisation of a set sees it once it is asked or something is done: not while it is only planned, and no
-- more of one that came to nothing.
alter table change_set add column is_shared boolean not null generated always as (
  status in ('awaiting-agreement', 'queued', 'applying', 'completed') or mark >= first_row) stored;
create index change_set_across on change_set (organisation_id, counterpart_id) where counterpart_id is not null;

-- Named so that it is judged after the usual case: PostgreSQL takes policies in the order of their names.
drop policy scope on change_set;
create policy scope on change_set
  using ((select scope_is_all())
    or organisation_id = any ((select scope_organisations())::integer[])
    or counterpart_id = any ((select scope_organisations())::integer[]) and is_shared)
  with check ((select scope_is_all()) -- whoever declines sees the set no more
    or organisation_id = any ((select scope_organisations())::integer[])
    or counterpart_id = any ((select scope_organisations())::integer[]));

drop policy scope on change;
create policy scope on change using ((select scope_is_all())
  or organisation_id = any ((select scope_organisations())::integer[])
  or counterpart_id = any ((select scope_organisations())::integer[])
    and change_set_id in (select id from change_set
      where counterpart_id = any ((select scope_organisations())::integer[]) and is_shared));

-- What the other side of such a set is called.
create policy through_change_set on organisation for select using (
  id in (select organisation_id from change_set
    where counterpart_id = any ((select scope_organisations())::integer[]) and is_shared)
  or id in (select counterpart_id from change_set
    where organisation_id = any ((select scope_organisations())::integer[]) and counterpart_id is not null));

-- What is asked of a transfer: whom of the organisation's accounts, and to where.
create table transfer (
  change_set_id bigint primary key references change_set,
  organisation_id integer not null references organisation,
  target_id integer not null references organisation,
  site text,
  organisational_unit text,
  accounts jsonb not null -- see directory/selection.ts
);

-- Local IDs that a person typed for the target, in place of those that the accounts have or that were proposed.
create table transfer_local_id (
  change_set_id bigint not null references change_set,
  account_id bigint not null,
  organisation_id integer not null,
  local_id text not null,
  local_id_key text not null,
  primary key (change_set_id, account_id)
);

do $$
declare scoped text;
begin
  foreach scoped in array array['transfer', 'transfer_local_id'] loop
    execute format('alter table %I enable row level security', scoped);
    execute format('alter table %I force row level security', scoped);
    execute format('create policy scope on %I using ((select scope_is_all())
      or organisation_id = any ((select scope_organisations())::integer[]))', scoped);
  end loop;
end $$;
