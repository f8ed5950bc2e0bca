-- The outbox holds results files, so its messages are held to organisations as all else is; so are the keys of repeated
-- requests. A message of no organisation (a new password) anybody may queue, and only the scope 'all' sees it.

select set_config('muster.organisations', 'all', true); -- for this transaction: the owner is held to the policies too

alter table mail add column organisation_id integer references organisation;
update mail set organisation_id = upload.organisation_id from upload where upload.id = mail.upload_id;
alter table mail add constraint mail_organisation check ((upload_id is null) = (organisation_id is null));
create policy queue on mail for insert with check (organisation_id is null);

alter table idempotency_key add column organisation_id integer references organisation;
update idempotency_key set organisation_id = upload.organisation_id from upload where upload.id = upload_id;
alter table idempotency_key alter column organisation_id set not null;

do $$
declare scoped text;
begin
  foreach scoped in array array['mail', 'idempotency_key'] loop
    execute format('alter table %I enable row level security', scoped);
    execute format('alter table %I force row level security', scoped);
    execute format('create policy scope on %I using ((select scope_is_all())
      or organisation_id = any ((select scope_organisations())::integer[]))', scoped);
  end loop;
end $$;
