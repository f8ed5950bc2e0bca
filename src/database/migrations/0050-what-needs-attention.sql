-- What somebody doesn't want to be told of any more on their first page: a change set, in the status that it had.
create table dismissal (
  administrator_id integer not null references administrator,
  change_set_id bigint not null references change_set,
  status text not null,
  organisation_id integer not null references organisation, -- for which they work
  primary key (administrator_id, change_set_id, status)
);
alter table dismissal enable row level security;
alter table dismissal force row level security;
create policy scope on dismissal using ((select scope_is_all())
  or organisation_id = any ((select scope_organisations())::integer[]));
