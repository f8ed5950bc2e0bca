-- Whoever may read no uploads, but makes sets of their own (the helpdesk), sees those of an organisation that they could
-- have made, and none of its others. A transaction of theirs names the organisations where it sees every set; where it
-- names none, it sees every set of those that it may touch.
--
-- What a policy asks of other rows stands in functions, each of them asked once for a statement and only where it matters:
-- a subquery in a policy is planned again with every statement, and with the policies of its own tables.
create function scope_sets_are_all() returns boolean language sql stable
  return coalesce(nullif(current_setting('muster.change_sets', true), ''), current_setting('muster.organisations', true)) = 'all';

create function scope_sets() returns integer[] language sql stable
  return case
    when current_setting('muster.change_sets', true) like '{%' then current_setting('muster.change_sets', true)::integer[]
    when coalesce(current_setting('muster.change_sets', true), '') = '' then scope_organisations()
  end;

-- Sets that a transaction sees although it doesn't see every one of their organisation.
create function sets_made() returns bigint[] language sql stable
  return case when coalesce(current_setting('muster.change_sets', true), '') <> ''
    then (select array_agg(id) from change_set where permission = 'change-status') end;

create function sets_shared() returns bigint[] language sql stable
  return (select array_agg(id) from change_set where counterpart_id = any (scope_sets()) and is_shared);

create function organisations_across() returns integer[] language sql stable
  return (select array_agg(distinct case when organisation_id = any (scope_sets()) then counterpart_id else organisation_id end)
    from change_set where counterpart_id is not null
      and (organisation_id = any (scope_sets()) or counterpart_id = any (scope_sets()) and is_shared));

-- PostgreSQL judges policies from the last name to the first, so these come after the usual case: `scope`.
drop policy scope on change_set;
create policy scope on change_set
  using ((select scope_sets_are_all())
    or organisation_id = any ((select scope_sets())::integer[])
    or counterpart_id = any ((select scope_sets())::integer[]) and is_shared)
  with check ((select scope_sets_are_all()) -- whoever declines sees the set no more
    or organisation_id = any ((select scope_sets())::integer[])
    or counterpart_id = any ((select scope_sets())::integer[]));
create policy made on change_set using (permission = 'change-status'
  and coalesce(current_setting('muster.change_sets', true), '') <> ''
  and ((select scope_is_all())
    or organisation_id = any ((select scope_organisations())::integer[])
    or counterpart_id = any ((select scope_organisations())::integer[]) and is_shared));

drop policy scope on change;
create policy scope on change using ((select scope_sets_are_all())
  or organisation_id = any ((select scope_sets())::integer[])
  or counterpart_id = any ((select scope_sets())::integer[]) and change_set_id = any ((select sets_shared())::bigint[]));
-- Judged first: what an account's past is asks for nothing that would ask for the past again.
alter policy history on change rename to the_past;
create policy made on change using (change_set_id = any ((select sets_made())::bigint[]));

drop policy scope on chunk;
create policy scope on chunk using ((select scope_sets_are_all())
  or organisation_id = any ((select scope_sets())::integer[])
  or counterpart_id = any ((select scope_sets())::integer[]));
create policy made on chunk using (change_set_id = any ((select sets_made())::bigint[]));

drop policy through_change_set on organisation;
create policy across on organisation for select using (id = any ((select organisations_across())::integer[]));

do $$
declare of_uploads text;
begin
  foreach of_uploads in array array['upload', 'upload_bytes', 'upload_block', 'problem_kind', 'transfer', 'transfer_local_id'] loop
    execute format('drop policy scope on %I', of_uploads);
    execute format('create policy scope on %I using ((select scope_sets_are_all())
      or organisation_id = any ((select scope_sets())::integer[]))', of_uploads);
  end loop;
end $$;
