-- Who may sign in, and what they may do where. An administrator is never an account of the directory.

create table administrator (
  id integer generated always as identity primary key,
  email text not null,
  email_key text not null unique, -- folded in code, as every key is
  name text not null,
  password_hash text,
  disabled_at timestamptz,
  created_at timestamptz not null default now()
);

create table administrator_role (
  administrator_id integer not null references administrator,
  role text not null check (role in (
    'global-administrator', 'primary-local-administrator', 'local-administrator', 'local-helpdesk', 'auditor')),
  organisation_id integer references organisation,
  check ((role = 'global-administrator') = (organisation_id is null)),
  unique nulls not distinct (administrator_id, role, organisation_id)
);

create table session (
  id_hash bytea primary key, -- a copy of this table is no key to anyone's session
  administrator_id integer references administrator,
  data jsonb not null,
  expires_at timestamptz not null
);
create index session_expires_at on session (expires_at);
create index session_administrator on session (administrator_id);

create table api_token (
  token_hash bytea primary key,
  administrator_id integer not null references administrator,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);

create table one_time_link (
  token_hash bytea primary key,
  administrator_id integer not null references administrator,
  expires_at timestamptz not null,
  used_at timestamptz
);

-- Attempts at what may be guessed (a sign-in, a password mail), for the throttle.
create table attempt (
  key text not null,
  at timestamptz not null
);
create index attempt_key_at on attempt (key, at);

create table setting (
  name text primary key,
  value text not null
);
