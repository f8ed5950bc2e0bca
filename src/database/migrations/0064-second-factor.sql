-- What somebody signs in with besides their password, and the codes for when it is lost.

create table second_factor (
  id integer generated always as identity primary key,
  administrator_id integer not null references administrator,
  kind text not null check (kind in ('app', 'passkey')),
  name text not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  secret bytea check ((secret is null) = (kind <> 'app')), -- encrypted: see second-factor/seal.ts
  last_step bigint not null default 0 -- of an app: the half minute of the last code, which works no more
);
create index second_factor_administrator on second_factor (administrator_id);

create table recovery_code (
  id integer generated always as identity primary key,
  administrator_id integer not null references administrator,
  code_hash text not null, -- argon2id
  used_at timestamptz
);
create index recovery_code_administrator on recovery_code (administrator_id);
