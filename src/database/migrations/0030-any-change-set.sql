-- A change set of any kind, about any field of an account, of one organisation or two. Which kinds, actions, and
-- results there are is said in src/changes/, once.

alter table change_set drop constraint change_set_kind_check;
alter table change drop constraint change_action_check;
alter table change drop constraint change_decision_check;
alter table change drop constraint change_result_check;

alter table change_set
  alter column last_row set default 0,
  alter column mark set default 0,                               -- rows up to it are applied: none
  add column first_row integer not null default 1,
  add column fields text[] not null default '{}',                -- all that its changes write
  add column counterpart_id integer references organisation,     -- the second organisation that it touches
  add column undoes_id bigint references change_set;             -- the set that it takes back
create index change_set_counterpart on change_set (counterpart_id, id desc) where counterpart_id is not null;
create index change_set_undoes on change_set (undoes_id) where undoes_id is not null;

alter table change
  add column counterpart_id integer,      -- where its account goes, or comes from, if that is another organisation
  add column written_version integer,     -- of the account; only where it isn't the one after account_version
  add column former_local_id_key text;    -- of an account whose local ID changes: what local_id_key was
alter table chunk add column counterpart_id integer;

alter table account add column known_as text;
alter table account drop constraint account_status_check;
alter table account add constraint account_status_check
  check (status in ('Pending', 'Active', 'Disabled', 'Leaver', 'Deleted', 'Withdrawn'));

-- Every upload until now begins below a heading row; every edit changed statuses.
update change_set set first_row = 2 where kind = 'upload';
update change_set set fields = '{status}' where kind = 'edit';
update change_set set fields = array(select jsonb_object_keys(counts->'fields')) where kind = 'upload';
update change_set s set fields = '{localId,title,firstName,middleName,lastName,jobTitle,department,site,organisationalUnit,mobile,hideMobile,telephone,secondaryEmail,description,hideFromDirectory,emailAddress}'
  where kind = 'upload' and exists (
    select from change c where c.change_set_id = s.id and c.action in ('create', 'possible-duplicate'));
-- Folded here as the program folds what is ASCII. Of other local IDs the key isn't known: an undo leaves them alone.
update change set former_local_id_key = lower(trim(before->>'localId'))
  where local_id_key is not null and action = 'update' and before->>'localId' ~ '^[ -~]+$';

-- A set and its changes are seen by both of its organisations. And an account's past by whoever sees the account now:
-- a transaction names the account, which it can do only of one that it sees.
create function history_account() returns bigint language sql stable
  return nullif(current_setting('muster.history_account', true), '')::bigint;

create function history_sets() returns bigint[] language sql stable
  return (select array_agg(distinct change_set_id) from change where account_id = history_account());

do $$
declare shared text;
begin
  foreach shared in array array['change_set', 'change', 'chunk'] loop
    execute format('drop policy scope on %I', shared);
    execute format('create policy scope on %I using ((select scope_is_all())
      or organisation_id = any ((select scope_organisations())::integer[])
      or counterpart_id = any ((select scope_organisations())::integer[]))', shared);
  end loop;
end $$;

create policy history on change for select using (account_id = (select history_account()));
create policy history on change_set for select using (id = any ((select history_sets())::bigint[]));
create policy history on chunk for select using (change_set_id = any ((select history_sets())::bigint[]));
