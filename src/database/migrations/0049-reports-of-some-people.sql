-- An export may be of those whom a list showed: whom it shows, or null for everybody that the report is about.
alter table report_run add column filter jsonb;
