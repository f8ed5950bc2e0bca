-- Passkeys as second factor: what is known of each is public.

alter table second_factor add column credential_id text unique;
alter table second_factor add column public_key bytea;
alter table second_factor add column uses bigint not null default 0; -- as the passkey counts them; some never do
alter table second_factor add column transports text[] not null default '{}';
alter table second_factor add check ((credential_id is not null and public_key is not null) = (kind = 'passkey'));
