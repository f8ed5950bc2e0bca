-- A row may have a second plan, which takes the place of the one that stands when a person chooses it, and the other
-- way round: to update the account that a new person looks like, to keep what others changed, or to use values that a
-- spreadsheet damaged as they were.
alter table change
  add column alternative jsonb,                        -- see Alternative in src/changes/change.ts
  add column repairs text[],                           -- the kinds of damage that the second plan repairs
  add column repaired boolean not null default false,  -- those are accepted: the second plan stands
  add column similar_row integer;                      -- the row of the same file that is about the same person, it seems
create index change_repairs on change (change_set_id, row_number) where repairs is not null;

-- The kinds of repairs that a person has accepted.
alter table change_set add column repairs text[] not null default '{}';
