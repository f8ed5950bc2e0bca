-- Since when somebody has a role, when they last signed in, and what their sessions look like to themselves.

alter table administrator_role add column granted_at timestamptz; -- unknown for those of before
alter table administrator_role alter column granted_at set default now();
create index administrator_role_organisation on administrator_role (organisation_id);

alter table administrator add column last_sign_in_at timestamptz;

alter table session add column id integer generated always as identity;
alter table session add unique (id);
alter table session add column browser text;
alter table session add column network text; -- the keyed hash that the log has
alter table session add column last_used_at timestamptz;
