-- What was written to an account lately is asked for from its newest version backwards: see WRITTEN_VERSION in
-- src/changes/change.ts, whose words these are.
create index change_account_version on change (account_id, (coalesce(written_version, account_version + 1, 1)))
  where account_id is not null;
drop index change_account;
alter index change_account_version rename to change_account;
