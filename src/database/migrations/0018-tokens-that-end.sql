-- Tokens are told apart by an ID and a name, end by themselves, and may be limited to an organisation and to a role.

alter table api_token drop constraint api_token_pkey;
alter table api_token add column id integer generated always as identity primary key;
alter table api_token add unique (token_hash);
alter table api_token add column name text not null default '';
alter table api_token add column expires_at timestamptz;
alter table api_token add column organisation_id integer references organisation;
alter table api_token add column role text check (role in (
  'global-administrator', 'primary-local-administrator', 'local-administrator', 'local-helpdesk', 'auditor'));
create index api_token_administrator on api_token (administrator_id);
create index one_time_link_administrator on one_time_link (administrator_id);
