-- What a report was asked for, besides the organisation: a site, a period, and so on; see src/reports/parameters.ts.
alter table report_run add column parameters jsonb not null default '{}';
-- The last run of each report is shown beside it.
create index report_run_kind on report_run (organisation_id, kind, id desc);
