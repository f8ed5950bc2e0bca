-- The directory. Only src/changes writes accounts; every write raises the version.

create sequence account_id as bigint;

create table account (
  id bigint primary key,
  organisation_id integer not null references organisation,
  local_id text,
  local_id_key text, -- folded in code: lower() depends on the database's locale
  title text,
  first_name text,
  middle_name text,
  last_name text,
  job_title text,
  department text,
  site text,
  organisational_unit text,
  mobile text,
  hide_mobile boolean not null default false,
  telephone text,
  secondary_email text,
  description text,
  hide_from_directory boolean not null default false,
  mailbox_type text not null default 'User' check (mailbox_type in ('User', 'Shared', 'Resource')),
  status text not null default 'Active' check (status in ('Pending', 'Active', 'Disabled', 'Leaver', 'Deleted')),
  status_changed_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by integer not null references administrator,
  -- For finding the likely same person. Columns and not expressions: under row-level security an index is used for a
  -- comparison only when nothing in it could leak a value, and lower() counts as if it could.
  name_key text generated always as (lower(last_name) || e'\n' || lower(first_name)) stored,
  secondary_email_key text generated always as (lower(secondary_email)) stored,
  foreign key (organisation_id, site) references site (organisation_id, name) on update cascade,
  foreign key (organisation_id, organisational_unit)
    references organisational_unit (organisation_id, name) on update cascade
) with (fillfactor = 80); -- room on the page for the next version: updates stay off the indexes

create unique index account_local_id on account (organisation_id, local_id_key);
create index account_name on account (organisation_id, lower(last_name), lower(first_name), id);
create index account_name_key on account (organisation_id, name_key);
create index account_secondary_email on account (organisation_id, secondary_email_key)
  where secondary_email_key is not null;

create table address (
  address_key text primary key,
  address text not null,
  account_id bigint not null references account,
  organisation_id integer not null references organisation,
  is_primary boolean not null,
  base text not null,      -- the local part without its number
  number integer not null  -- 1 for jane.smith, 2 for jane.smith2
);
create index address_account on address (account_id);
create unique index address_primary on address (account_id) where is_primary;
create index address_base on address (base, number desc);
