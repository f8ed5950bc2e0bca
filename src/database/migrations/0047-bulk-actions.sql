-- What one must be allowed to make, confirm, stop and take back a change set, where that isn't what its kind asks for:
-- a bulk action asks for what its action does, and so does whatever takes it back.
alter table change_set add column permission text;
