-- A file of several organisations is divided at its check: each organisation has an upload of its own, with its rows alone.
alter table upload
  -- Until then: among which organisations, as whoever sent it might at that time: 'everything', or a list of IDs.
  add column divide_among jsonb,
  -- Then: the upload as which the file came, itself too.
  add column divided_from bigint references upload,
  -- What its rows are read with; the bytes are those rows then: see src/uploads/part.ts.
  add column part jsonb;
create index upload_divided_from on upload (divided_from) where divided_from is not null;
