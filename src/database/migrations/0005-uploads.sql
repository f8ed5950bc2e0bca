-- What an upload is besides its change set: the file as it came (until it is checked), and the kept copy.

create table upload (
  id bigint primary key references change_set,
  organisation_id integer not null references organisation,
  filename text not null,
  mode text not null check (mode in ('update', 'create', 'both')),
  size_bytes bigint not null,
  sha256 bytea not null,
  lines integer not null,          -- line ends in the file: about the number of rows, for the progress bar
  encoding text not null,
  delimiter text,
  headings jsonb,                  -- the heading row as read, an array
  assumptions jsonb,               -- what the reading took for granted: see uploads/read-rows.ts
  warnings jsonb not null default '[]', -- what smells about the file as a whole
  rows_read integer not null default 0,
  expired_at timestamptz
);

create table upload_bytes (
  upload_id bigint not null references upload,
  number integer not null,
  organisation_id integer not null,
  bytes bytea not null,
  primary key (upload_id, number)
);
alter table upload_bytes alter column bytes set storage external;

-- The kept copy, several hundred rows to a block: a JSON array of rows, each an array of cells; passwords emptied.
create table upload_block (
  upload_id bigint not null references upload,
  first_row integer not null,
  last_row integer not null,
  organisation_id integer not null,
  cells text not null,
  primary key (upload_id, first_row)
);
alter table upload_block alter column cells set storage external;

create table idempotency_key (
  administrator_id integer not null references administrator,
  key text not null,
  fingerprint bytea not null,
  upload_id bigint not null references upload,
  created_at timestamptz not null,
  primary key (administrator_id, key)
);
