-- What was applied in an organisation since some time: whether a plan still holds.
create index chunk_applied on chunk (organisation_id, applied_at);
