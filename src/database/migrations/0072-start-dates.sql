-- The day on which somebody begins, such as 2026-12-01: until then an account that was made before is pending.
alter table account add column starts_on text constraint account_starts_on check (starts_on ~ '^\d{4}-\d{2}-\d{2}$');
create index account_pending on account (starts_on) where status = 'Pending';

alter table account drop constraint account_removed_is_empty;
alter table account add constraint account_removed_is_empty check (status <> 'Removed' or coalesce(local_id, local_id_key,
  title, first_name, middle_name, last_name, known_as, job_title, department, site, organisational_unit, mobile, telephone,
  secondary_email, description, starts_on) is null);
