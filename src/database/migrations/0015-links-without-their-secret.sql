-- A link's secret is made when the message that holds the link is sent: the link waits without one, and the message is
-- kept without it.

select set_config('muster.organisations', 'all', true); -- for this transaction: the owner is held to the policies too

alter table one_time_link drop constraint one_time_link_pkey;
alter table one_time_link add column id bigint generated always as identity primary key;
alter table one_time_link add unique (token_hash);
alter table one_time_link alter column token_hash drop not null;
alter table one_time_link alter column expires_at drop not null; -- as long as there is no secret
alter table one_time_link add column lasts interval not null default '1 hour'; -- once there is one
alter table one_time_link alter column lasts drop default;

alter table mail add column link_id bigint; -- no foreign key: a message that was sent outlives its link

-- Messages of before: the links of those that were sent work on, those that wait get another secret when they leave.
update mail set link_id = one_time_link.id from one_time_link
  where token_hash = sha256(convert_to(substring(text from '\?link=([\w-]+)'), 'UTF8'));
update one_time_link set lasts = expires_at - mail.created_at from mail where mail.link_id = one_time_link.id;
delete from mail where sent_at is null and link_id is null and text ~ '\?link=[\w-]';
update mail set text = regexp_replace(text, '\?link=[\w-]+', '?link=…', 'g'),
  html = regexp_replace(html, '\?link=[\w-]+', '?link=…', 'g')
  where text ~ '\?link=[\w-]';
