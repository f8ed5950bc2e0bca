-- What becomes of accounts by the days: a leaver is deleted, and of a deleted one all that is personal is removed.

-- The portal itself, as whom such steps are made: nobody can sign in as it, it has no role, and no list shows it.
insert into administrator (id, email, email_key, name, disabled_at) overriding system value
values (0, '', '', 'Muster', now());

-- One change set for each organisation, step and day, however many set about it.
alter table change_set
  add column step text,
  add column day date,
  add column name text, -- what it is called, where nothing else says so
  add constraint change_set_step check ((step is null) = (day is null));
create unique index change_set_step_day on change_set (organisation_id, step, day) where step is not null;

-- A row stays of a removed account, so that its number isn't given again, and nothing of the person.
alter table account drop constraint account_status_check;
alter table account add constraint account_status_check
  check (status in ('Pending', 'Active', 'Disabled', 'Leaver', 'Deleted', 'Withdrawn', 'Removed'));
alter table account add constraint account_removed_is_empty check (status <> 'Removed' or coalesce(local_id, local_id_key,
  title, first_name, middle_name, last_name, known_as, job_title, department, site, organisational_unit, mobile, telephone,
  secondary_email, description) is null);

-- The days count from when an account came to its status. Of those who left before that was noted, from today.
select set_config('muster.organisations', 'all', true); -- for this transaction: the owner is held to the policies too
update account set status_changed_at = now() where status in ('Leaver', 'Deleted') and status_changed_at is null;
create index account_left on account (status, status_changed_at) where status in ('Leaver', 'Deleted', 'Removed');

-- Rows that name an account as one they look like: of a removed one, that goes too.
create index change_similar_account on change (similar_account_id) where similar_account_id is not null;
