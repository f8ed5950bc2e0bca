-- Lists of organisations from a file: what each row would do, shown before it is done.

alter table organisation add column postcode text;

create table organisation_list (
  id integer generated always as identity primary key,
  filename text not null,
  status text not null check (status in ('checked', 'queued', 'completed', 'failed')),
  created_by integer not null references administrator,
  created_at timestamptz not null,
  completed_at timestamptz
);

create table organisation_list_row (
  list_id integer not null references organisation_list,
  row integer not null,
  code text not null,
  name text not null,
  postcode text, -- null leaves the one that there is
  closed boolean not null,
  action text not null check (action in ('add', 'change', 'unchanged', 'error')),
  problem text,
  was_name text,
  was_postcode text,
  was_closed boolean,
  done boolean not null default false,
  primary key (list_id, row)
);

alter table organisation_list enable row level security;
alter table organisation_list force row level security;
create policy scope on organisation_list using ((select scope_is_all()));
alter table organisation_list_row enable row level security;
alter table organisation_list_row force row level security;
create policy scope on organisation_list_row using ((select scope_is_all()));
