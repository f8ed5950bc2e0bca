-- What an undo is asked to take back of another set: { rows, fields }, each null for all of them.
alter table change_set add column selection jsonb;
