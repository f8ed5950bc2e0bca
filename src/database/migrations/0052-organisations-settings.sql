-- What an organisation has set otherwise than it is by itself, by name: see src/directory/settings.ts.
create table organisation_setting (
  organisation_id integer not null references organisation,
  name text not null,
  value jsonb not null,
  primary key (organisation_id, name)
);
alter table organisation_setting enable row level security;
alter table organisation_setting force row level security;
create policy scope on organisation_setting using ((select scope_is_all())
  or organisation_id = any ((select scope_organisations())::integer[]));
