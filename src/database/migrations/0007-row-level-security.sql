-- The second line behind the scope in every query: the program's connections act as muster_portal, which owns
-- nothing and can't bypass these policies; each transaction says which organisations it may touch.

-- An operator whose user may not create roles makes it beforehand, and grants it to that user.
do $$ begin
  if not exists (select from pg_roles where rolname = 'muster_portal') then
    create role muster_portal nologin nosuperuser nobypassrls;
  end if;
exception when duplicate_object or unique_violation then null; -- another database of this server made it
end $$;

do $$ begin
  if not pg_has_role(current_user, 'muster_portal', 'member') then
    execute format('grant muster_portal to %I', current_user);
  end if;
end $$;

grant usage on schema public to muster_portal;
grant select, insert, update, delete on all tables in schema public to muster_portal;
grant usage on all sequences in schema public to muster_portal;
alter default privileges in schema public grant select, insert, update, delete on tables to muster_portal;
alter default privileges in schema public grant usage on sequences to muster_portal;

-- 'all', or an array such as {1,2}. After a transaction that set it, the setting reads as '' and not as null.
create function scope_is_all() returns boolean language sql stable
  return coalesce(current_setting('muster.organisations', true), '') = 'all';

create function scope_organisations() returns integer[] language sql stable
  return case when current_setting('muster.organisations', true) like '{%'
    then current_setting('muster.organisations', true)::integer[] end;

alter table organisation enable row level security;
alter table organisation force row level security;
create policy scope on organisation
  using ((select scope_is_all()) or id = any ((select scope_organisations())::integer[]));

do $$
declare scoped text;
begin
  foreach scoped in array array[
    'site', 'organisational_unit', 'account', 'address', 'change_set', 'change', 'chunk',
    'upload', 'upload_bytes', 'upload_block', 'report_run', 'report_bytes'
  ] loop
    execute format('alter table %I enable row level security', scoped);
    execute format('alter table %I force row level security', scoped);
    execute format('create policy scope on %I using ((select scope_is_all())
      or organisation_id = any ((select scope_organisations())::integer[]))', scoped);
  end loop;
end $$;
