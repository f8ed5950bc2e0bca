-- The report of what becomes of accounts within the next days.
alter table report_run drop constraint report_run_kind_check; -- which there are is said in src/reports/store.ts
