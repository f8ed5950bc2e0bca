-- A change is written in the transaction that holds its change set, and change sets are never deleted. Looking the set
-- up again for each row of a plan took as long as writing the row.
alter table change drop constraint change_change_set_id_fkey;
