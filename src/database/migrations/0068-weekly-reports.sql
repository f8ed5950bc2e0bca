-- Who wants a report every Monday. The mail has a link and no rows: they are read with the rights of then.
create table weekly_report (
  id bigint generated always as identity primary key,
  organisation_id integer not null references organisation,
  administrator_id integer not null references administrator,
  kind text not null,
  parameters jsonb not null, -- without a period: that is the week before
  week date not null,        -- the Monday of the week for which it was made last, or before which it isn't wanted
  unique (administrator_id, organisation_id, kind, parameters)
);
create index weekly_report_week on weekly_report (week);
alter table weekly_report enable row level security;
alter table weekly_report force row level security;
create policy scope on weekly_report using ((select scope_is_all())
  or organisation_id = any ((select scope_organisations())::integer[]));

-- Whoever wanted it is told when it is made.
alter table report_run add column is_weekly boolean not null default false;
