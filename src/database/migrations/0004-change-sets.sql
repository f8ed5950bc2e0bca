-- A plan is history written in advance: planning writes the changes, applying marks chunks of them as applied,
-- and an applied change is the account's history. Nothing is copied from one to the other.

create table change_set (
  id bigint generated always as identity primary key,
  organisation_id integer not null references organisation,
  kind text not null check (kind in ('upload', 'edit')),
  status text not null check (status in (
    'checking', 'rejected', 'checked', 'queued', 'applying', 'completed', 'cancelled', 'failed')),
  created_by integer not null references administrator,
  created_at timestamptz not null,
  confirmed_by integer references administrator,
  confirmed_at timestamptz,
  cancelled_by integer references administrator, -- asked for; an apply stops at its next chunk
  completed_at timestamptz,
  reason jsonb,                        -- why it was rejected or failed: { code, message }
  counts jsonb not null default '{}',  -- of the plan: see changes/change-set.ts
  results jsonb not null default '{}', -- of what was applied so far, moved with the mark
  last_row integer not null default 1,
  mark integer not null default 1      -- rows up to this one are applied
);
create index change_set_organisation on change_set (organisation_id, id desc);
create index change_set_status on change_set (status) where status in ('checking', 'checked', 'queued', 'applying');

create table change (
  change_set_id bigint not null references change_set,
  row_number integer not null,
  organisation_id integer not null,
  action text not null check (action in ('update', 'create', 'unchanged', 'possible-duplicate', 'error')),
  account_id bigint,          -- for a row that creates, the ID set aside for the new account
  account_version integer,
  local_id text,              -- as in the row
  local_id_key text,          -- only where the row would take this key
  before jsonb,
  after jsonb,
  problems jsonb,
  similar_account_id bigint,  -- whom the row was probably meant for, or looks like
  decision text check (decision in ('create', 'leave-out')),
  result text check (result in ('updated', 'created', 'unchanged', 'skipped', 'failed')), -- only where the outcome
                              -- isn't what the action says
  detail text,
  unwritten text[],           -- fields that already held the new value when the row was applied
  primary key (change_set_id, row_number)
);
create index change_account on change (account_id) where account_id is not null;
create index change_action on change (change_set_id, action, row_number) where action <> 'update';
create index change_result on change (change_set_id, row_number) where result is not null;

create table chunk (
  change_set_id bigint not null references change_set,
  from_row integer not null,
  to_row integer not null,
  organisation_id integer not null,
  applied_at timestamptz not null,
  primary key (change_set_id, from_row)
);
