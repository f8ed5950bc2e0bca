-- A file's pieces are stored as they arrive, each in a transaction of its own, so that a client that sends slowly holds
-- no connection. The upload is made when the last one is here; pieces that never became one go after a day.
alter table upload_bytes drop constraint upload_bytes_upload_id_fkey;
alter table upload_bytes add column arrived_at timestamptz not null default now();
