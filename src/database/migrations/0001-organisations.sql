-- Organisations, their sites and their tree of units.
-- Sites and units are known by name, so that a change, a page and a file can show the stored value as it is.

create table organisation (
  id integer generated always as identity primary key,
  code text not null unique check (code = upper(code)),
  name text not null,
  closed_at timestamptz,
  created_at timestamptz not null default now()
);

create table site (
  organisation_id integer not null references organisation,
  name text not null,
  code text not null,
  primary key (organisation_id, name),
  unique (organisation_id, code)
);

create table organisational_unit (
  organisation_id integer not null references organisation,
  name text not null,
  parent text,
  primary key (organisation_id, name),
  foreign key (organisation_id, parent) references organisational_unit on update cascade
);
