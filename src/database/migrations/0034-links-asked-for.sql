-- That somebody asked for a link to set a password: whether anybody has the address is looked up after the answer, so
-- that the answer can't tell.
create table link_request (
  id bigint generated always as identity primary key,
  email_key text not null
);
