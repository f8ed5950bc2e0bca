-- Accounts of an organisation that are likely to be of one person, and what people have said of them.
create table duplicate_pair (
  organisation_id integer not null references organisation,
  one_id bigint not null,
  other_id bigint not null,
  one_version integer not null, -- as they were when they were compared
  other_version integer not null,
  why text not null,
  names text not null,
  strength integer not null, -- 0 where they are most alike
  found_at timestamptz not null,
  not_same_by integer references administrator, -- who said that they are two people
  not_same_at timestamptz,
  change_set_id bigint references change_set, -- the last that is to make one of them a leaver
  primary key (organisation_id, one_id, other_id),
  check (one_id < other_id), -- so that no pair is there twice
  check ((not_same_by is null) = (not_same_at is null))
);
create index duplicate_pair_one on duplicate_pair (one_id);
create index duplicate_pair_other on duplicate_pair (other_id);
create index duplicate_pair_listed on duplicate_pair (organisation_id, strength, one_id, other_id);

-- The last search of each organisation, and how far it is.
create table duplicate_search (
  organisation_id integer primary key references organisation,
  status text not null check (status in ('running', 'completed', 'failed')),
  asked_by integer not null references administrator,
  begun_at timestamptz not null,
  ended_at timestamptz,
  done integer not null default 0,
  total integer not null,
  reason jsonb
);

alter table duplicate_pair enable row level security;
alter table duplicate_pair force row level security;
create policy scope on duplicate_pair using ((select scope_is_all())
  or organisation_id = any ((select scope_organisations())::integer[]));
alter table duplicate_search enable row level security;
alter table duplicate_search force row level security;
create policy scope on duplicate_search using ((select scope_is_all())
  or organisation_id = any ((select scope_organisations())::integer[]));
