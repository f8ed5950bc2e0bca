-- The outbox: a message is written in the transaction that causes it, and leaves until it has left.

create table mail (
  id bigint generated always as identity primary key,
  message_id text not null unique,
  to_address text not null,
  subject text not null,
  text text not null,
  html text not null,
  attachment_name text,
  attachment bytea,
  upload_id bigint references upload,
  created_at timestamptz not null,
  next_attempt_at timestamptz not null,
  attempts integer not null default 0,
  last_error text,
  sent_at timestamptz
);
create index mail_due on mail (next_attempt_at) where sent_at is null;

create table report_run (
  id bigint generated always as identity primary key,
  organisation_id integer not null references organisation,
  kind text not null check (kind in ('mailbox', 'upload-file')),
  status text not null check (status in ('running', 'completed', 'failed')),
  requested_by integer not null references administrator,
  created_at timestamptz not null,
  completed_at timestamptz,
  rows_written integer not null default 0,
  rows_total integer not null default 0,
  filename text not null
);
create index report_run_organisation on report_run (organisation_id, id desc);

create table report_bytes (
  report_run_id bigint not null references report_run,
  number integer not null,
  organisation_id integer not null,
  bytes bytea not null,
  primary key (report_run_id, number)
);
alter table report_bytes alter column bytes set storage external;
