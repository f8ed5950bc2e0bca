-- What whoever sends a file wants their colleagues to know of it.
alter table upload add column note text;
